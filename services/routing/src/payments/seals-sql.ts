import type { Stamp } from '../clearing/stamps.ts';
import { given } from './batch-sql.ts';
import type { PaymentRecord } from './record.ts';
import type { Column } from './row.ts';

/** A clearing day that a change of a payment names. */
interface StampRow extends Pick<PaymentRecord, 'lane' | 'paymentId'> {
  stamp: Stamp;
}

/** The columns of `clearing_stamp_v1`. */
export const stampColumns: Column<StampRow>[] = [
  { name: 'lane', type: 'smallint', of: ({ lane }) => lane },
  { name: 'payment_id', type: 'uuid', of: ({ paymentId }) => paymentId },
  { name: 'participant_kind', type: 'smallint', of: ({ stamp }) => stamp.kind },
  { name: 'participant_id', type: 'text', of: ({ stamp }) => stamp.id },
  { name: 'clearing_date', type: 'date', of: ({ stamp }) => stamp.date },
];

/** The days that a change names, as rows. */
export function stampRows(change: {
  payment: PaymentRecord;
  stamps: readonly Stamp[];
}): StampRow[] {
  const { lane, paymentId } = change.payment;
  return change.stamps.map((stamp) => ({ lane, paymentId, stamp }));
}

/**
 * Locks the seals of the days that changes name, and tells in `met` which changes name a sealed one.
 * A seal that is under way is waited for, and then seen; where a row is missing nothing could be
 * locked, so nobody passes.
 *
 * @param n the parameter with the rows
 */
export function checkSeals(n: number): string {
  return `
  stamp AS (${given('clearing_stamp_v1', stampColumns, n)}),
  seal AS (
    SELECT lane, participant_kind, participant_id, sealed_through FROM clearing_seals
    WHERE (lane, participant_kind, participant_id) IN (
      SELECT lane, participant_kind, participant_id FROM stamp
    )
    ORDER BY lane, participant_kind, participant_id FOR SHARE
  ),
  met AS (
    SELECT DISTINCT stamp.payment_id
    FROM stamp LEFT JOIN seal USING (lane, participant_kind, participant_id)
    WHERE seal.participant_id IS NULL OR seal.sealed_through >= stamp.clearing_date
  )`;
}

/**
 * Holds for changes that are not in `met`. As one array it has all seals locked, in the order of
 * their key, before the first payment's row is: nobody who waits for a seal holds what others want.
 */
export const NOT_SEALED =
  "payment_id <> ALL ((SELECT coalesce(array_agg(payment_id), '{}') FROM met)::uuid[])";
