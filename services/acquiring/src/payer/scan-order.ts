import { currency } from '@causeway/money';
import type { ScanCodeResponse } from '@causeway/proto/acquiring';
import { type Money, type Payment, PaymentState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import type { PayerCaller } from '../routed.ts';
import { amountDue, type Entered } from './amounts.ts';
import { assertStates } from './own-code.ts';
import type { Payer } from './payer.ts';
import { quotesFor } from './quotes.ts';
import type { ReadOrder } from './reading.ts';

/**
 * An order that waits for a payer, and what it costs. Throws PAYMENT_UNKNOWN, ORDER_CLOSED,
 * ORDER_TAKEN; CODE_UNREADABLE where its code says another price; AMOUNT_INVALID where the payer
 * entered another amount, or a tip.
 */
export async function scanOrder(
  { routed, runtime }: Payer,
  caller: PayerCaller,
  { paymentId, price: stated }: ReadOrder,
  entered: Entered,
): Promise<ScanCodeResponse> {
  const { issuerId } = caller;
  const { payment, awaitsPayer } = await routed.ask('get_order', caller, (routing, options) =>
    routing.getPayerPayment({ issuerId, paymentId }, options),
  );
  if (payment === undefined) throw new Error('routing answered no payment');
  assertOpen(payment, awaitsPayer, runtime.clock.nowMs());
  if (payment.payeeAmount === undefined) throw new Error('routing answered an order of no amount');
  const price = priceOfOrder(payment.payeeAmount);
  if (stated !== undefined) assertStates(stated, price);
  amountDue(price, entered);
  const { merchant, payeeAmount, orderDescription, expireTime } = payment;
  const quotes = await quotesFor(routed, caller, {
    ...{ paymentId, paymentRequestId: '', targets: [], payeeAmount: undefined },
  });
  const value = { paymentId, payeeAmount, orderDescription, expireTime };
  return { merchant, subject: { $case: 'order', value }, paymentRequestId: '', quotes };
}

/** What an order asks for: its amount, and nothing beside it. */
function priceOfOrder(payeeAmount: Money) {
  const { currencyCode } = payeeAmount;
  return { currency: currency(currencyCode), amount: payeeAmount, tip: { kind: 'none' as const } };
}

function assertOpen(payment: Payment, awaitsPayer: boolean, nowMs: number): void {
  const { state, expireTime } = payment;
  const isOver = state === PaymentState.CANCELLED || state === PaymentState.DECLINED;
  const isPast = expireTime !== undefined && expireTime.getTime() <= nowMs;
  if (isOver || (awaitsPayer && isPast)) {
    throw new Refusal('ORDER_CLOSED', 'the order was closed, or its time is over');
  }
  if (!awaitsPayer) throw new Refusal('ORDER_TAKEN', 'somebody has confirmed this order already');
}
