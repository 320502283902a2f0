import { type Callers, openCallers } from '@causeway/callers';
import { type Stack, withClient } from '@causeway/deploy-local';
import { PaymentState } from '@causeway/proto/common';
import type { Runtime } from '@causeway/runtime';
import { ACQUIRERS, ISSUER, type Place, placesOf } from '@causeway/sandbox';
import { loadedWalletId } from './wallets.ts';

/** What of a running stack a load needs. */
export type Loadable = Pick<Stack, 'endpoints' | 'databases' | 'certs' | 'state'>;

/** A payment that the stack made itself, to be copied. */
export interface Template {
  paymentId: string;
  partnerId: string;
  /** IANA names of the zones in which its days are told. */
  acquirerTimeZone: string;
  issuerTimeZone: string;
}

/** Different amounts paid at each counter. */
const PER_PLACE = 5;

const AT_ONCE = 16;

/** How long the facts of some ninety payments may take to reach the books. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/** Pays a few times at every seeded counter and waits until all books know of it. */
export async function makeTemplates(
  stack: Loadable,
  runtime: Runtime,
  { name, wallets }: { name: string; wallets: number },
): Promise<Template[]> {
  const callers = openCallers(runtime, stack);
  try {
    const offered = await Promise.all(ACQUIRERS.map(({ id }) => placesOf(callers.as(id))));
    const places = Array.from({ length: PER_PLACE }, () => offered.flat()).flat();
    const templates: Template[] = [];
    for (let first = 0; first < places.length; first += AT_ONCE) {
      const some = places.slice(first, first + AT_ONCE).map((place, at) => {
        const number = first + at;
        const walletId = loadedWalletId(1 + (number % wallets));
        return pay(callers, place, { number, walletId, requestId: `${name}-${number}` });
      });
      templates.push(...(await Promise.all(some)));
    }
    await arrival(stack, runtime, templates);
    return templates;
  } finally {
    callers.close();
  }
}

async function pay(
  callers: Callers,
  place: Place,
  { number, walletId, requestId }: { number: number; walletId: string; requestId: string },
): Promise<Template> {
  const acquirer = ACQUIRERS.find(({ id }) => id === place.partnerId);
  if (acquirer === undefined) throw new Error(`no acquirer ${place.partnerId} is seeded`);
  const { paymentCode } = await callers
    .as(ISSUER.id)
    .wallets.createPaymentCode({ walletId, ttlSeconds: 0 });
  const { stepMinor, low } = acquirer.basket;
  const { payment } = await callers.as(acquirer.id).payments.createPayment({
    paymentRequestId: requestId,
    paymentCode,
    merchantId: place.merchantId,
    storeId: place.storeId,
    terminalId: place.terminalIds[0] ?? '',
    payeeAmount: {
      currencyCode: place.currencyCode,
      amountMinor: stepMinor * BigInt(low + number),
    },
    orderDescription: '',
    agreementId: '',
  });
  if (payment?.state !== PaymentState.SUCCEEDED) throw new Error(`${requestId} was not paid`);
  return {
    paymentId: payment.paymentId,
    partnerId: acquirer.id,
    acquirerTimeZone: acquirer.timeZone,
    issuerTimeZone: ISSUER.timeZone,
  };
}

/** Where the facts of a payment end, and how many of these have come there. */
const ARRIVED: Readonly<Record<string, string>> = {
  settlement: `
    SELECT count(*)::integer AS count FROM bookings
     WHERE payment_id = ANY ($1::uuid[])`,
  acquiring: `
    SELECT count(*)::integer AS count FROM partner_payments
     WHERE payment_id = ANY ($1::uuid[])`,
};

async function arrival(
  { databases }: Loadable,
  { clock, timers }: Runtime,
  templates: readonly Template[],
): Promise<void> {
  const ids = templates.map(({ paymentId }) => paymentId);
  const untilMs = clock.monotonicMs() + PATIENCE_MS;
  for (const [service, counting] of Object.entries(ARRIVED)) {
    await withClient(databases[service] ?? '', async (client) => {
      for (;;) {
        const { rows } = await client.query<{ count: number }>(counting, [ids]);
        if (rows[0]?.count === ids.length) return;
        if (clock.monotonicMs() > untilMs) throw new Error(`facts do not reach ${service}`);
        await timers.sleep(PAUSE_MS);
      }
    });
  }
}
