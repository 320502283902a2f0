import type { CreatePaymentRequest } from '@causeway/proto/acquiring';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Payer } from './payer.ts';
import type { Shop } from './shop.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** A request to charge a code at a shop; sent again it is the same request. */
export function chargeOf(
  world: World,
  shop: Shop,
  paymentCode: string,
  amountMinor: bigint,
): CreatePaymentRequest {
  return {
    paymentRequestId: world.id('pay'),
    paymentCode,
    merchantId: shop.merchantId,
    storeId: '',
    terminalId: '',
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor },
    orderDescription: 'End-to-end test',
    agreementId: '',
  };
}

/** Sends a charge and answers the payment as the answer shows it. */
export async function charge(shop: Shop, request: CreatePaymentRequest): Promise<Payment> {
  const { payment } = await shop.partner.payments.createPayment(request);
  return present(payment);
}

/** The everyday payment: a fresh code, charged once. */
export async function pay(
  world: World,
  payer: Payer,
  shop: Shop,
  amountMinor: bigint,
): Promise<Payment> {
  return charge(shop, chargeOf(world, shop, await payer.code(), amountMinor));
}

/** The payment as it is now, by the switch's id. */
export async function readPayment(shop: Shop, paymentId: string): Promise<Payment> {
  const key = { $case: 'paymentId', value: paymentId } as const;
  return present((await shop.partner.payments.getPayment({ key })).payment);
}

/** The payment as it is now, by the acquirer's own id. */
export async function readByRequest(shop: Shop, paymentRequestId: string): Promise<Payment> {
  const key = { $case: 'paymentRequestId', value: paymentRequestId } as const;
  return present((await shop.partner.payments.getPayment({ key })).payment);
}

/** Waits for a payment to leave PENDING, for whoever tests what delays it. */
export function finalPayment(shop: Shop, paymentId: string, patienceMs = 60_000): Promise<Payment> {
  const isFinal = ({ state, cancelling }: Payment) => state !== PaymentState.PENDING && !cancelling;
  return until(() => readPayment(shop, paymentId), isFinal, { patienceMs });
}

/** Gives back a part of a payment under a new key, and answers the refund. */
export async function refund(world: World, shop: Shop, payment: Payment, amountMinor: bigint) {
  const answer = await shop.partner.payments.createRefund({
    paymentId: payment.paymentId,
    refundRequestId: world.id('refund'),
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor },
    reason: 'End-to-end test',
  });
  if (answer.refund === undefined) throw new Error('an answer without a refund');
  return answer.refund;
}

function present(payment: Payment | undefined): Payment {
  if (payment === undefined) throw new Error('an answer without a payment');
  return payment;
}
