import { checkedNonNegative } from './amount.ts';
import { divide } from './division.ts';
import { MoneyError } from './errors.ts';

/**
 * What the payer has been given back in all, in payer minor units, once the payee has given back
 * `payeeRefundedSoFar` (payee minor units, this refund included):
 * floor(payer captured × payee refunded ÷ payee captured).
 *
 * A refund pays the difference between two of these sums. The remainder of the division stays
 * with the switch until the refund that completes the payment, which returns it: at full refund
 * both legs equal the capture, in whatever parts it was refunded, so splitting gains nothing.
 * A small partial refund can come to 0 for the payer.
 * Throws `REFUND_EXCEEDS_CAPTURE`, and `BAD_AMOUNT` if nothing was captured.
 */
export function refundedPayerSoFar(input: {
  payerCaptured: bigint;
  payeeCaptured: bigint;
  payeeRefundedSoFar: bigint;
}): bigint {
  const payer = checkedNonNegative(input.payerCaptured);
  const payee = checkedNonNegative(input.payeeCaptured);
  const refunded = checkedNonNegative(input.payeeRefundedSoFar);
  if (payee === 0n) throw new MoneyError('BAD_AMOUNT', 'nothing was captured');
  if (refunded > payee) {
    throw new MoneyError('REFUND_EXCEEDS_CAPTURE', `${refunded} refunded of ${payee} captured`);
  }
  return divide(payer * refunded, payee, 'down');
}
