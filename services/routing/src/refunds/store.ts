import type { Database } from '@causeway/db';
import { names } from '../payments/batch-sql.ts';
import type { RefundRecord } from '../payments/record.ts';
import type { PaymentKey } from '../payments/store.ts';
import { type RefundRow, refundColumns, refundOf } from './row.ts';

const every = names(refundColumns);

/** Reads of refunds; they are written in the commits of their payment. */
export class RefundStore {
  constructor(private readonly db: Database) {}

  async read(key: PaymentKey, refundId: string): Promise<RefundRecord | undefined> {
    const [row] = await this.db.query<RefundRow>(
      `SELECT ${every} FROM refunds WHERE lane = $1 AND payment_id = $2 AND refund_id = $3`,
      [key.lane, key.paymentId, refundId],
    );
    return row && refundOf(row);
  }

  /** A page in the order of creation, after the given place. */
  async list(
    key: PaymentKey,
    after: { createdAt: Date; refundId: string } | undefined,
    limit: number,
  ): Promise<RefundRecord[]> {
    const rows = await this.db.query<RefundRow>(
      `SELECT ${every} FROM refunds
       WHERE lane = $1 AND payment_id = $2 AND (created_at, refund_id) > ($3, $4)
       ORDER BY created_at, refund_id LIMIT $5`,
      [
        key.lane,
        key.paymentId,
        after?.createdAt ?? '-infinity',
        after?.refundId ?? '00000000-0000-0000-0000-000000000000',
        limit,
      ],
    );
    return rows.map(refundOf);
  }

  /** At most so many refunds that no payer has yet, the oldest first. */
  async owed(limit: number): Promise<RefundRecord[]> {
    const rows = await this.db.query<RefundRow>(
      `SELECT ${every} FROM refunds WHERE due_at IS NOT NULL ORDER BY created_at LIMIT $1`,
      [limit],
    );
    return rows.map(refundOf);
  }

  /** Leases what is owed of one payment's refunds, due or not. */
  async claimOf(key: PaymentKey, leaseUntil: Date, limit: number): Promise<RefundRecord[]> {
    const rows = await this.db.query<RefundRow>(
      `UPDATE refunds SET due_at = $3
       WHERE (lane, payment_id, refund_id) IN (
         SELECT lane, payment_id, refund_id FROM refunds
         WHERE lane = $1 AND payment_id = $2 AND state = 'PENDING' LIMIT $4 FOR UPDATE SKIP LOCKED
       )
       RETURNING ${every}`,
      [key.lane, key.paymentId, leaseUntil, limit],
    );
    return rows.map(refundOf);
  }

  /** Leases refunds that are overdue, so that one worker takes each up. */
  async claimDue(now: Date, leaseUntil: Date, limit: number): Promise<RefundRecord[]> {
    const rows = await this.db.query<RefundRow>(
      `UPDATE refunds SET due_at = $1
       WHERE (lane, payment_id, refund_id) IN (
         SELECT lane, payment_id, refund_id FROM refunds
         WHERE due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
       )
       RETURNING ${every}`,
      [leaseUntil, now, limit],
    );
    return rows.map(refundOf);
  }
}
