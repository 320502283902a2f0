import { parseRate, payerAmountFor, refundedPayerSoFar } from '@causeway/money';
import type { Money, Payment, Refund } from '@causeway/proto/common';
import type { Transfer } from '@causeway/proto/settlement';
import { type Check, holds, same } from './checks.ts';
import { money } from './say.ts';

/** What a payment costs its payer by its own rate, computed anew, in payer minor units. */
export function recomputedPayerMinor(payment: Payment): bigint {
  const { payeeAmount, payerAmount, conversion } = payment;
  if (payeeAmount === undefined || payerAmount === undefined) throw new Error('no amounts');
  if (conversion === undefined) return payeeAmount.amountMinor;
  return payerAmountFor({
    payee: payeeAmount,
    payerCurrency: payerAmount.currencyCode,
    rate: parseRate(conversion.rate),
    rounding: 'up',
  });
}

/** That a payment's amounts follow from its own rate, and its three parts from its amount. */
export function amountChecks(payment: Payment): Check[] {
  const paid = payment.payerAmount?.amountMinor;
  const checks = [
    same(
      `${money(payment.payeeAmount)} at the payment's own rate, rounded up, is ${money(payment.payerAmount)}`,
      recomputedPayerMinor(payment),
      paid,
    ),
  ];
  const { conversion } = payment;
  if (conversion === undefined) return checks;
  const { midPart, markupPart, residualPart } = conversion;
  const sum = minor(midPart) + minor(markupPart) + minor(residualPart);
  return [
    ...checks,
    same('middle, markup and residual part sum exactly to what the payer paid', paid, sum),
    holds(
      'the residual of rounding is at most one minor unit',
      minor(residualPart) >= 0n && minor(residualPart) <= 1n,
      String(minor(residualPart)),
    ),
  ];
}

/**
 * That the first refund of a payment is its share of what the payer paid, rounded down, as the
 * payment's own rate has it.
 */
export function firstRefundCheck(payment: Payment, refund: Refund): Check {
  const share = refundedPayerSoFar({
    payerCaptured: minor(payment.payerAmount),
    payeeCaptured: minor(payment.payeeAmount),
    payeeRefundedSoFar: minor(refund.payeeAmount),
  });
  return same(
    'what comes back is its share of what was paid, rounded down',
    share,
    minor(refund.payerAmount),
  );
}

/** What the switch's books say a payment came to in the end. */
export interface Booked {
  /** What the wallet operator owes for it, in payer minor units. */
  payerMinor: bigint;
  /** What the acquirer is owed for it, in payee minor units. */
  payeeMinor: bigint;
}

const PAYER_SIDE = new Set(['issuer_receivable', 'issuer_refunds']);
const PAYEE_SIDE = new Set(['acquirer_payable', 'acquirer_refunds']);

/** Nets the transfers of one payment on the accounts of its two participants. */
export function bookedBy(transfers: readonly Transfer[]): Booked {
  let payerMinor = 0n;
  let payeeMinor = 0n;
  for (const { debitAccount, creditAccount, amount } of transfers) {
    const moved = minor(amount);
    if (PAYER_SIDE.has(codeOf(debitAccount))) payerMinor += moved;
    if (PAYER_SIDE.has(codeOf(creditAccount))) payerMinor -= moved;
    if (PAYEE_SIDE.has(codeOf(creditAccount))) payeeMinor += moved;
    if (PAYEE_SIDE.has(codeOf(debitAccount))) payeeMinor -= moved;
  }
  return { payerMinor, payeeMinor };
}

/** The minor units of an amount; zero where none was sent. */
export function minor(amount: Money | undefined): bigint {
  return amount?.amountMinor ?? 0n;
}

function codeOf(account: string): string {
  return account.split(' ')[0] ?? '';
}
