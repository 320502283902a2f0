import type { Database } from '@causeway/db';
import type { PaymentKey } from '../payments/store.ts';

/**
 * What is known of a reversal after it was sent: it is looked after for a while; nothing came of
 * that; the partner has charged all the same and is to give it back; it has.
 */
export type ReversalState = 'WATCHED' | 'QUIET' | 'OWED_BACK' | 'GIVEN_BACK';

/** A reversal of one payment over one route. */
export interface Reversal extends PaymentKey {
  routeId: string;
  state: ReversalState;
  /** How often the partner has said since that it is undone. */
  checks: number;
}

/** What names a reversal. */
export type ReversalKey = Pick<Reversal, 'lane' | 'paymentId' | 'routeId'>;

const COLUMNS = 'lane, payment_id AS "paymentId", route_id AS "routeId", state, checks';

/** All SQL on reversals. They are rare: no statement of payments by code touches them. */
export class ReversalStore {
  constructor(private readonly db: Database) {}

  /** Notes that a reversal is about to be sent; noting it again changes nothing. */
  async begin({ lane, paymentId, routeId }: ReversalKey, dueAt: Date): Promise<void> {
    await this.db.query(
      `INSERT INTO reversals (lane, payment_id, route_id, state, checks, due_at)
       VALUES ($1, $2, $3, 'WATCHED', 0, $4) ON CONFLICT (lane, payment_id, route_id) DO NOTHING`,
      [lane, paymentId, routeId, dueAt],
    );
  }

  /** The reversals of one payment. */
  of({ lane, paymentId }: PaymentKey): Promise<Reversal[]> {
    return this.db.query<Reversal>(
      `SELECT ${COLUMNS} FROM reversals WHERE lane = $1 AND payment_id = $2 ORDER BY route_id`,
      [lane, paymentId],
    );
  }

  /** What has come of a look at it; undefined for a `dueAt` where nobody needs to look again. */
  async note(reversal: Reversal, dueAt: Date | undefined): Promise<void> {
    const { lane, paymentId, routeId, state, checks } = reversal;
    await this.db.query(
      `UPDATE reversals SET state = $4, checks = $5, due_at = $6
       WHERE lane = $1 AND payment_id = $2 AND route_id = $3`,
      [lane, paymentId, routeId, state, checks, dueAt ?? null],
    );
  }

  /**
   * Has these routes, which the payment has left, looked at now: those that were quiet too, and those
   * that were left without a reversal, since the partner had said that it would not charge.
   */
  async lookSoon({ lane, paymentId }: PaymentKey, routeIds: string[], now: Date): Promise<void> {
    await this.db.query(
      `INSERT INTO reversals (lane, payment_id, route_id, state, checks, due_at)
       SELECT $1, $2, unnest($3::text[]), 'WATCHED', 0, $4
       ON CONFLICT (lane, payment_id, route_id)
       DO UPDATE SET state = 'WATCHED', due_at = excluded.due_at
       WHERE reversals.state IN ('WATCHED', 'QUIET')`,
      [lane, paymentId, routeIds, now],
    );
  }

  /** Leases reversals that are due, so that one replica looks at each. */
  claimDue(now: Date, leaseUntil: Date, limit: number): Promise<Reversal[]> {
    return this.db.query<Reversal>(
      `UPDATE reversals SET due_at = $1
       WHERE (lane, payment_id, route_id) IN (
         SELECT lane, payment_id, route_id FROM reversals
         WHERE due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
       )
       RETURNING ${COLUMNS}`,
      [leaseUntil, now, limit],
    );
  }
}
