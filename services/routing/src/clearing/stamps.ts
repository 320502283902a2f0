import { ParticipantKind } from '@causeway/proto/common';
import type { FactKind } from '../payments/machine/types.ts';
import type { PaymentRecord, RefundRecord } from '../payments/record.ts';
import type { ParticipantKey } from './participants.ts';

/** A clearing day that a commit may name only while it is open. */
export interface Stamp extends ParticipantKey {
  /** YYYY-MM-DD. */
  date: string;
}

/**
 * The days that a decision puts something into, or takes something out of: what succeeds now goes
 * into the days that it is stamped with, a cancel of what had succeeded out of those it has. Every
 * other decision leaves all days as they are.
 */
export function stampsOf(
  kind: FactKind,
  payment: PaymentRecord,
  wasCaptured: boolean,
  refund: RefundRecord | undefined,
): Stamp[] {
  switch (kind) {
    case 'succeeded':
      return stamps(payment, payment);
    case 'refund_succeeded':
      return refund ? stamps(payment, refund) : [];
    case 'cancel_requested':
      return wasCaptured ? stamps(payment, payment) : [];
    case 'declined':
    case 'cancelled':
    case 'refund_accepted':
      return [];
  }
}

type Dates = Pick<PaymentRecord, 'acquirerClearingDate' | 'issuerClearingDate'>;

function stamps({ partnerId, issuerId = '' }: PaymentRecord, dates: Dates): Stamp[] {
  const { acquirerClearingDate = '', issuerClearingDate = '' } = dates;
  return [
    { kind: ParticipantKind.ACQUIRER, id: partnerId, date: acquirerClearingDate },
    { kind: ParticipantKind.ISSUER, id: issuerId, date: issuerClearingDate },
  ];
}
