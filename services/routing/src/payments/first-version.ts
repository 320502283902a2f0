import { DeclineReason } from '@causeway/proto/common';
import { laneOf } from '@causeway/runtime';
import type { PaymentRecord } from './record.ts';

/** What every payment has from its first commit on. */
type Given = Pick<PaymentRecord, 'paymentId' | 'method' | 'partnerId' | 'paymentRequestId'>;

/**
 * The first version of a payment, with nothing owed and nothing known but what is given.
 *
 * @param now when it is recorded
 */
export function firstVersion(
  now: Date,
  given: Given & Partial<PaymentRecord> & Pick<PaymentRecord, 'state' | 'step'>,
): PaymentRecord {
  return {
    lane: laneOf(given.paymentId),
    version: 1,
    dueAt: undefined,
    declineReason: DeclineReason.UNSPECIFIED,
    fingerprint: undefined,
    issuerId: undefined,
    routeId: undefined,
    payerReference: '',
    walletId: undefined,
    payeeAmount: undefined,
    payerAmount: undefined,
    terms: undefined,
    orderDescription: '',
    journey: undefined,
    routeDecision: undefined,
    refundedPayeeMinor: 0n,
    refundedPayerMinor: 0n,
    acquirerClearingDate: undefined,
    issuerClearingDate: undefined,
    settlement: undefined,
    createdAt: now,
    updatedAt: now,
    expiresAt: undefined,
    ...{ issuerCovered: false, acquirerCovered: false },
    ...given,
  };
}
