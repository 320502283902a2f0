import { type Payment, PaymentState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import { chargeOf, type Payer, readByRequest, type Shop, type World } from '../support/index.ts';
import { insist } from './insist.ts';

/**
 * How a payment comes about: from a code that was scanned, or from an order that was confirmed. The
 * partner of a late order says nothing, is reversed, and charges after that.
 */
export type Way = 'code' | 'order' | 'late_order';

/** One payment to be made, however often that takes. */
export interface Intake {
  paymentRequestId: string;
  /** Does all that its parties do, from the beginning; what was done before is not done again. */
  make(): Promise<Payment | undefined>;
}

const AMOUNT_MINOR = 1_500n;

/** Gets a payment ready to be made once in one way. */
export function intakeBy(way: Way, world: World, payer: Payer, shop: Shop): Promise<Intake> {
  if (way === 'code') return byCode(world, payer, shop);
  return byOrder(world, payer, shop, way === 'order' ? 'order' : 'TRY-LATE');
}

async function byCode(world: World, payer: Payer, shop: Shop): Promise<Intake> {
  const paymentCode = await insist(() => payer.code());
  const request = chargeOf(world, shop, paymentCode, AMOUNT_MINOR);
  return {
    paymentRequestId: request.paymentRequestId,
    make: async () => (await shop.partner.payments.createPayment(request)).payment,
  };
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
    paymentRequestId: request.paymentRequestId,
    async make() {
      const { payment, link } = await shop.partner.payments.createOrder(request);
      if (payment?.state !== PaymentState.PENDING) return payment;
      try {
        return await confirm(payer, link);
      } catch (error) {
        // Its payer confirmed it before, and was not told: what became of it is read.
        const isTaken = error instanceof Refusal && error.reason.startsWith('ORDER_');
        if (!isTaken) throw error;
        return readByRequest(shop, request.paymentRequestId);
      }
    },
  };
}

async function confirm(payer: Payer, payload: string): Promise<Payment | undefined> {
  const { walletId, app } = payer;
  const scan = { walletId, payload, payeeAmount: undefined, tipAmount: undefined };
  const { scanned } = await app.wallets.scanCode(scan);
  const { payment } = await app.wallets.confirmPayment({
    ...scan,
    paymentRequestId: scanned?.paymentRequestId ?? '',
    quoteToken: scanned?.quotes[0]?.quoteToken ?? '',
  });
  return payment;
}
