import { formatMoney } from '@causeway/money';
import {
  DeclineReason,
  type Money,
  type Payment,
  PaymentMethod,
  PaymentState,
  type Refund,
  RefundState,
} from '@causeway/proto/common';
import pc from 'picocolors';
import { type Json, jsonOf } from './json.ts';
import { record, table } from './table.ts';

/** An amount for people; empty where there is none. */
export function money(amount: Money | undefined): string {
  return amount === undefined ? '' : formatMoney(amount);
}

/** A moment in the reader's own time zone, to the second. */
export function moment(time: Date | undefined): string {
  return time === undefined ? '' : time.toLocaleString('sv-SE');
}

/** A moment of the day, given in seconds since midnight, to the minute. */
export function timeOfDay(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3_600)}:${two((seconds % 3_600) / 60)}`;
}

/** Basis points as a percentage: 85 is 0.85 %. */
export function percent(bps: number): string {
  const whole = Math.floor(Math.abs(bps) / 100);
  return `${bps < 0 ? '-' : ''}${whole}.${String(Math.abs(bps) % 100).padStart(2, '0')} %`;
}

/** The state of a payment in its colour, with the reason of a decline. */
export function stateOf({ state, declineReason, cancelling }: Payment): string {
  const name = PaymentState[state] ?? '';
  if (cancelling) return pc.yellow(`${name}, being cancelled`);
  if (state === PaymentState.SUCCEEDED) return pc.green(name);
  if (state === PaymentState.CANCELLED) return pc.yellow(name);
  if (state !== PaymentState.DECLINED) return name;
  return pc.red(`${name} ${DeclineReason[declineReason]}`);
}

/** A payment with all that is known of it; the code is known only to whoever charged it. */
export function paymentRecord(payment: Payment, paymentCode = ''): string {
  const { merchant, conversion } = payment;
  return record([
    ['payment', payment.paymentId],
    ['state', stateOf(payment)],
    ['payee amount', money(payment.payeeAmount)],
    ['payer amount', money(payment.payerAmount)],
    [
      'rate',
      conversion === undefined ? '' : `${conversion.rate} all in, ${conversion.midRate} middle`,
    ],
    [
      'markup',
      conversion === undefined
        ? ''
        : `${percent(conversion.markupBps)} over ${conversion.referenceSource} ${conversion.referenceRate}`,
    ],
    ['settled', settled(payment)],
    ['given back', givenBack(payment)],
    ['merchant', merchant === undefined ? '' : [merchant.displayName, merchant.city].join(', ')],
    ['partner', payment.partnerId],
    ['issuer', payment.issuerId],
    ['request id', payment.paymentRequestId],
    ['code', paymentCode],
    ['payer', payment.payerReference],
    ['note', payment.orderDescription],
    ['clears', clearing(payment)],
    ['created', moment(payment.createTime)],
    ['version', String(payment.version)],
  ]);
}

/** Payments as lines. */
export function paymentTable(payments: readonly Payment[]): string {
  return table(
    [
      { title: 'created' },
      { title: 'payment' },
      { title: 'merchant' },
      { title: 'payee amount', align: 'right' },
      { title: 'payer amount', align: 'right' },
      { title: 'state' },
    ],
    payments.map((payment) => [
      moment(payment.createTime),
      payment.paymentId,
      payment.merchant?.displayName ?? '',
      money(payment.payeeAmount),
      money(payment.payerAmount),
      stateOf(payment),
    ]),
  );
}

/** Refunds as lines. */
export function refundTable(refunds: readonly Refund[]): string {
  return table(
    [
      { title: 'request id' },
      { title: 'given back', align: 'right' },
      { title: 'received', align: 'right' },
      { title: 'state' },
      { title: 'reason' },
      { title: 'created' },
    ],
    refunds.map((refund) => [
      refund.refundRequestId,
      money(refund.payeeAmount),
      money(refund.payerAmount),
      RefundState[refund.state] ?? '',
      refund.reason,
      moment(refund.createTime),
    ]),
  );
}

/** A payment as JSON. */
export function paymentJson(payment: Payment): Json {
  return jsonOf(payment, {
    state: PaymentState,
    declineReason: DeclineReason,
    method: PaymentMethod,
  });
}

/** A refund as JSON. */
export function refundJson(refund: Refund): Json {
  return jsonOf(refund, { state: RefundState });
}

function givenBack({ refundedPayeeAmount, refundedPayerAmount }: Payment): string {
  if (refundedPayeeAmount === undefined || refundedPayeeAmount.amountMinor === 0n) return '';
  return `${money(refundedPayeeAmount)}, of which the payer has ${money(refundedPayerAmount)}`;
}

function settled({ settlementAmount, settlementRate }: Payment): string {
  return settlementAmount === undefined ? '' : `${money(settlementAmount)} at ${settlementRate}`;
}

function clearing({ acquirerClearingDate, issuerClearingDate }: Payment): string {
  if (acquirerClearingDate === '') return '';
  return `${acquirerClearingDate} for the acquirer, ${issuerClearingDate} for the wallet operator`;
}
