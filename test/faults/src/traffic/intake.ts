import { type Payment, PaymentState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import {
  chargeOf,
  confirm,
  insist,
  type Payer,
  readByRequest,
  type Shop,
  type Shown,
  scan,
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
  /** The acquirer's own id of it. It changes only where the price was too old to be paid. */
  paymentRequestId: string;
  /** Does all that its parties do, from the beginning; what was done before is not done again. */
  make(): Promise<Payment | undefined>;
}

const AMOUNT_MINOR = 1_500n;

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
  const paymentCode = await insist(() => payer.code());
  const request = chargeOf(world, shop, paymentCode, AMOUNT_MINOR);
  return {
    paymentRequestId: request.paymentRequestId,
    make: async () => (await shop.partner.payments.createPayment(request)).payment,
  };
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
    paymentRequestId: shown.scanned.paymentRequestId,
    async make() {
      try {
        return await confirm(payer, shown);
      } catch (error) {
        if (!(error instanceof Refusal) || !error.reason.startsWith('QUOTE_')) throw error;
        // It may have been confirmed before with the same price, and nobody was told.
        const made = await readByRequest(shop, intake.paymentRequestId).catch(unlessKnown);
        if (made !== undefined) return made;
        shown = await look();
        intake.paymentRequestId = shown.scanned.paymentRequestId;
        return undefined;
      }
    },
  };
  return intake;
}

function unlessKnown(error: unknown): undefined {
  if (error instanceof Refusal && error.reason === 'PAYMENT_UNKNOWN') return undefined;
  throw error;
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
        return await confirm(payer, await scan(payer, link));
      } catch (error) {
        // Its payer confirmed it before, and was not told: what became of it is read.
        const isTaken = error instanceof Refusal && error.reason.startsWith('ORDER_');
        if (!isTaken) throw error;
        return readByRequest(shop, request.paymentRequestId);
      }
    },
  };
}
