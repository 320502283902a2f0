import { type Payment, PaymentState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import {
  chargeOf,
  confirm,
  insist,
  type Payer,
  readByRequest,
  readPayment,
  type Shop,
  type Shown,
  scan,
  until,
  type World,
} from '../../../support/index.ts';

/**
 * How a payment comes about: from a code that was scanned, from an order that was confirmed, or from
 * the merchant's own code. The partner of a late order says nothing, is reversed, and charges after
 * that.
 */
export type Way = 'code' | 'order' | 'late_order' | 'merchant_code';

/** One payment to be made, however often that takes. */
export interface Intake {
  /**
   * How the acquirer names it: by its own id, or by the switch's where the payer began it; undefined
   * until anybody was told of it then.
   */
  key: { paymentRequestId: string } | { paymentId: string } | undefined;
  /** Does all that its parties do, from the beginning; what was done before is not done again. */
  make(): Promise<Payment | undefined>;
}

const AMOUNT_MINOR = 1_500n;
const PRICED_MS = 60_000;

/** Gets a payment ready to be made once in one way. */
export function intakeBy(way: Way, world: World, payer: Payer, shop: Shop): Promise<Intake> {
  switch (way) {
    case 'code':
      return byCode(world, payer, shop);
    case 'merchant_code':
      return byMerchantCode(world, payer, shop);
    case 'order':
      return byOrder(world, payer, shop, 'order');
    case 'late_order':
      return byOrder(world, payer, shop, 'TRY-LATE');
  }
}

async function byCode(world: World, payer: Payer, shop: Shop): Promise<Intake> {
  const { paymentCode } = await priced(payer, shop);
  const request = chargeOf(world, shop, paymentCode, AMOUNT_MINOR);
  return {
    key: { paymentRequestId: request.paymentRequestId },
    make: async () => (await shop.partner.payments.createPayment(request)).payment,
  };
}

/**
 * A code whose board has a price of the shop's currency. Just after fx has started it knows the prices of
 * few, and a code that was shown without one cannot be charged in it.
 */
function priced(payer: Payer, { currencyCode }: Shop) {
  return until(
    () => insist(() => payer.show()),
    ({ rateBoard }) =>
      rateBoard?.entries.some((entry) => entry.payeeCurrencyCode === currencyCode) === true,
    { patienceMs: PRICED_MS },
  );
}

async function byMerchantCode(world: World, payer: Payer, shop: Shop): Promise<Intake> {
  const { currencyCode, merchantId } = shop;
  const code = {
    ...{ requestId: world.id('code'), merchantId, storeId: '', terminalId: '', currencyCode },
    ...{ payeeAmount: { currencyCode, amountMinor: AMOUNT_MINOR }, askTip: false },
  };
  const { merchantCode } = await insist(() => shop.partner.codes.createMerchantCode(code));
  const look = () => insist(() => scan(payer, merchantCode?.qrPayload ?? ''));
  let shown: Shown = await look();
  const intake: Intake = {
    key: undefined,
    async make() {
      try {
        const { paymentId } = await confirm(payer, shown);
        intake.key = { paymentId };
        return await readPayment(shop, paymentId);
      } catch (error) {
        if (!(error instanceof Refusal) || !error.reason.startsWith('QUOTE_')) throw error;
        shown = await look();
        return undefined;
      }
    },
  };
  return intake;
}

async function byOrder(world: World, payer: Payer, shop: Shop, name: string): Promise<Intake> {
  const { merchantId, currencyCode } = shop;
  const request = {
    paymentRequestId: world.id(name),
    ...{ merchantId, storeId: '', terminalId: '', ttlSeconds: 0, presentation: 0 },
    payeeAmount: { currencyCode, amountMinor: AMOUNT_MINOR },
    orderDescription: 'End-to-end test',
  };
  return {
    key: { paymentRequestId: request.paymentRequestId },
    async make() {
      const { payment, link } = await shop.partner.payments.createOrder(request);
      if (payment?.state !== PaymentState.PENDING) return payment;
      try {
        return await confirm(payer, await scan(payer, link));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        // Its payer saw a price whose time is over by now, and looks again.
        if (error.reason.startsWith('QUOTE_')) return undefined;
        // Its payer confirmed it before, and was not told: what became of it is read.
        if (!error.reason.startsWith('ORDER_')) throw error;
        return readByRequest(shop, request.paymentRequestId);
      }
    },
  };
}

/** The payment as its acquirer reads it; undefined while nobody was told of it. */
export async function readIntake(shop: Shop, { key }: Intake): Promise<Payment | undefined> {
  if (key === undefined) return undefined;
  return 'paymentId' in key
    ? readPayment(shop, key.paymentId)
    : readByRequest(shop, key.paymentRequestId);
}
