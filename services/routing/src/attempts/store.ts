import { columns, type Database } from '@causeway/db';
import type { PaymentKey } from '../payments/store.ts';

/** Attempts at one thing that is owed, which failed. */
export interface FailedAttempt extends PaymentKey {
  /** The refund that is owed, or the payment itself. */
  subjectId: string;
  /** What was owed: a payment's step, or REFUND. */
  step: string;
  /** How many failed. */
  attempts: number;
  /** Why the latest one did. */
  failure: string;
  failedAt: Date;
}

// Attempts at another step than before count anew.
const ADD = `
  INSERT INTO failed_attempts AS known
    (lane, payment_id, subject_id, step, attempts, failure, failed_at)
  SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[],
                       $6::text[], $7::timestamptz[])
  ON CONFLICT (lane, payment_id, subject_id) DO UPDATE SET
    attempts = excluded.attempts
      + CASE WHEN known.step = excluded.step THEN known.attempts ELSE 0 END,
    step = excluded.step, failure = excluded.failure, failed_at = excluded.failed_at`;

const OF = `
  SELECT lane, payment_id AS "paymentId", subject_id AS "subjectId", step, attempts, failure,
         failed_at AS "failedAt"
  FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, payment_id)
  JOIN failed_attempts USING (lane, payment_id)`;

/** All SQL on failed attempts. No payment that goes well touches them. */
export class AttemptStore {
  constructor(private readonly db: Database) {}

  /** Adds to what is known. No two may be of one subject. */
  async add(failed: readonly FailedAttempt[]): Promise<void> {
    const given = columns(
      failed,
      ({ lane }) => lane,
      ({ paymentId }) => paymentId,
      ({ subjectId }) => subjectId,
      ({ step }) => step,
      ({ attempts }) => attempts,
      ({ failure }) => failure,
      ({ failedAt }) => failedAt,
    );
    await this.db.query(ADD, given);
  }

  /** What failed of these payments and their refunds. */
  of(payments: readonly PaymentKey[]): Promise<FailedAttempt[]> {
    const keys = columns(
      payments,
      ({ lane }) => lane,
      ({ paymentId }) => paymentId,
    );
    return this.db.query(OF, keys);
  }

  /** Forgets what has not failed since then. */
  async sweep(before: Date): Promise<void> {
    await this.db.query('DELETE FROM failed_attempts WHERE failed_at < $1', [before]);
  }
}
