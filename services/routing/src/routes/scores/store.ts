import { columns, type Queryable } from '@causeway/db';
import type { Money } from '@causeway/proto/common';
import { ScoreSnapshot } from '@causeway/proto/routing';

/** Scores as they were stored. */
export interface StoredSnapshot {
  snapshotId: string;
  snapshot: ScoreSnapshot;
}

/** What was captured over a route. */
export interface Carried {
  routeId: string;
  amount: Money;
}

interface SnapshotRow {
  snapshot_id: string;
  scores: Buffer;
}

/** All SQL on scores and liquidity. */
export class ScoreStore {
  constructor(private readonly db: Queryable) {}

  async insert(snapshotId: string, instance: string, now: Date, scores: Uint8Array): Promise<void> {
    await this.db.query(
      `INSERT INTO score_snapshots (snapshot_id, instance, taken_at, scores)
       VALUES ($1, $2, $3, $4)`,
      [snapshotId, instance, now, scores],
    );
  }

  async find(snapshotId: string): Promise<StoredSnapshot | undefined> {
    const rows = await this.db.query<SnapshotRow>(
      'SELECT snapshot_id, scores FROM score_snapshots WHERE snapshot_id = $1',
      [snapshotId],
    );
    return rows.map(snapshotOf)[0];
  }

  /** What any replica stored last since a moment. */
  async latestSince(moment: Date): Promise<StoredSnapshot | undefined> {
    const rows = await this.db.query<SnapshotRow>(
      `SELECT snapshot_id, scores FROM score_snapshots WHERE taken_at >= $1
       ORDER BY taken_at DESC LIMIT 1`,
      [moment],
    );
    return rows.map(snapshotOf)[0];
  }

  /** What each limited route may still carry, by route id; never below zero. */
  async liquidityLeft(): Promise<Map<string, Money>> {
    const rows = await this.db.query<{ route_id: string; currency: string; left_minor: bigint }>(
      `SELECT route_id, currency, greatest(granted_minor - carried_minor, 0) AS left_minor
       FROM route_liquidity`,
      [],
    );
    return new Map(
      rows.map((row) => [
        row.route_id,
        { currencyCode: row.currency, amountMinor: row.left_minor },
      ]),
    );
  }

  /** Sets what a route may carry from now on; whatever it carried before no longer counts. */
  async grant(routeId: string, amount: Money, operatorId: string, now: Date): Promise<void> {
    await this.db.query(
      `INSERT INTO route_liquidity (route_id, currency, granted_minor, operator_id, granted_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (route_id) DO UPDATE SET
         currency = excluded.currency, granted_minor = excluded.granted_minor, carried_minor = 0,
         operator_id = excluded.operator_id, granted_at = excluded.granted_at`,
      [routeId, amount.currencyCode, amount.amountMinor, operatorId, now],
    );
  }

  /** Lifts the limit of a route. */
  async lift(routeId: string): Promise<void> {
    await this.db.query('DELETE FROM route_liquidity WHERE route_id = $1', [routeId]);
  }

  /** Adds what was captured, one entry for each route and currency. */
  async carry(carried: readonly Carried[]): Promise<void> {
    await this.db.query(
      `UPDATE route_liquidity SET carried_minor = carried_minor + given.amount_minor
       FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (route_id, currency, amount_minor)
       WHERE route_liquidity.route_id = given.route_id
         AND route_liquidity.currency = given.currency`,
      columns(
        carried,
        ({ routeId }) => routeId,
        ({ amount }) => amount.currencyCode,
        ({ amount }) => amount.amountMinor,
      ),
    );
  }
}

function snapshotOf({ snapshot_id, scores }: SnapshotRow): StoredSnapshot {
  return { snapshotId: snapshot_id, snapshot: ScoreSnapshot.decode(scores) };
}
