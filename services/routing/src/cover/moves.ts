import type { PaymentRecord, RefundRecord } from '../payments/record.ts';
import type { CoverKey } from './slice.ts';

/** What one commit on a payment takes from a slice, or gives back where it is below zero. */
export interface CoverMove extends CoverKey {
  /** In minor units, never zero. */
  minor: bigint;
}

/**
 * What a decision means for cover. A payment holds its payer's amount of its wallet operator's cover
 * from its intent, or its payer's consent, until it is declined, cancelled or refunded; a refund, and
 * a cancel after a capture, take the payee's amount from the acquirer's. Pure; a payment that was
 * not reserved moves nothing, ever.
 *
 * @param before the payment that was decided on; undefined for its first commit
 * @param refund the refund that was accepted, or that has reached its payer
 */
export function moveOf(
  before: PaymentRecord | undefined,
  after: PaymentRecord,
  refund?: RefundRecord,
): CoverMove | undefined {
  if (refund) return moveOfRefund(after, refund);
  if (after.acquirerCovered && !before?.acquirerCovered) return moveOfCancel(after);
  const heldMinor = heldOf(after) - (before ? heldOf(before) : 0n);
  // What it was reserved at is the price before, if an earlier one turned up.
  const { issuerId = '', payerAmount } = before?.issuerCovered ? before : after;
  return move('issuer', issuerId, payerAmount?.currencyCode, heldMinor);
}

function moveOfCancel({ partnerId, payeeAmount }: PaymentRecord): CoverMove | undefined {
  return move('acquirer', partnerId, payeeAmount?.currencyCode, payeeAmount?.amountMinor ?? 0n);
}

function moveOfRefund(payment: PaymentRecord, refund: RefundRecord): CoverMove | undefined {
  const { payeeAmount, payerAmount, state, acquirerCovered } = refund;
  if (state === 'PENDING') {
    const minor = acquirerCovered ? payeeAmount.amountMinor : 0n;
    return move('acquirer', payment.partnerId, payeeAmount.currencyCode, minor);
  }
  const minor = payment.issuerCovered ? -payerAmount.amountMinor : 0n;
  return move('issuer', payment.issuerId ?? '', payerAmount.currencyCode, minor);
}

/** What the payment holds of its wallet operator's cover; what its refunds gave back apart. */
function heldOf({ issuerCovered, state, payerAmount }: PaymentRecord): bigint {
  const holds = issuerCovered && (state === 'PENDING' || state === 'SUCCEEDED');
  return holds ? (payerAmount?.amountMinor ?? 0n) : 0n;
}

function move(
  side: CoverKey['side'],
  id: string,
  currencyCode: string | undefined,
  minor: bigint,
): CoverMove | undefined {
  return currencyCode === undefined || minor === 0n ? undefined : { side, id, currencyCode, minor };
}
