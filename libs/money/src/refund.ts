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

/** The parts of a captured payer amount, or of what of it has been given back so far. */
export interface RefundedParts {
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
}

/**
 * Which parts of the captured payer amount the first `payerRefundedSoFar` minor units given back
 * are taken from. The residual is given back last; before that the markup gives its share,
 * rounded down, and the middle part the rest. Each part grows or stays as the sum grows, so
 * every refund takes from each part an amount of zero or more, and the refund that completes the
 * payment has emptied all three.
 * Throws `REFUND_EXCEEDS_CAPTURE`.
 */
export function refundedPartsSoFar(
  captured: RefundedParts,
  payerRefundedSoFar: bigint,
): RefundedParts {
  const refunded = checkedNonNegative(payerRefundedSoFar);
  const beforeResidual = captured.midMinor + captured.markupMinor;
  const total = beforeResidual + captured.residualMinor;
  if (refunded > total) {
    throw new MoneyError('REFUND_EXCEEDS_CAPTURE', `${refunded} refunded of ${total} captured`);
  }
  const shared = refunded < beforeResidual ? refunded : beforeResidual;
  const markupMinor =
    beforeResidual === 0n ? 0n : divide(captured.markupMinor * shared, beforeResidual, 'down');
  return { midMinor: shared - markupMinor, markupMinor, residualMinor: refunded - shared };
}
