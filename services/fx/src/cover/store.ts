import type { Queryable, Tx } from '@causeway/db';
import type { Pair } from '../pairs.ts';

/** A cover trade. Amounts are signed minor units. */
export interface TradeRow extends Pair {
  tradeId: string;
  /** What is bought, or sold where it is below zero. */
  payeeMinor: bigint;
  /** What payers owe for it at their payments' middle rates. */
  bookedMinor: bigint;
  providerId: string;
  limitRate: string;
  requestId: string | null;
  /** 1 pending, 2 executed, 3 refused. */
  state: number;
  /** What it cost; null until it is executed. */
  payerMinor: bigint | null;
  rate: string | null;
  refusal: string;
  attemptCount: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A trade to be asked for. */
export type NewTrade = Pick<
  TradeRow,
  | 'tradeId'
  | 'from'
  | 'to'
  | 'payeeMinor'
  | 'bookedMinor'
  | 'providerId'
  | 'limitRate'
  | 'requestId'
>;

const TRADE = `
  trade_id AS "tradeId", payer_currency_code AS "from", payee_currency_code AS "to",
  payee_minor AS "payeeMinor", booked_minor AS "bookedMinor", provider_id AS "providerId",
  limit_rate AS "limitRate", request_id AS "requestId", state, payer_minor AS "payerMinor", rate,
  refusal, attempt_count AS "attemptCount", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Records a trade before anybody is asked for it; it is due at once. */
export async function insertTrade(tx: Tx, trade: NewTrade, now: Date): Promise<TradeRow> {
  const [row] = await tx.query<TradeRow>(
    `INSERT INTO cover_trades (trade_id, payer_currency_code, payee_currency_code, payee_minor,
                               booked_minor, provider_id, limit_rate, request_id, due_at,
                               created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9) RETURNING ${TRADE}`,
    [
      trade.tradeId,
      trade.from,
      trade.to,
      trade.payeeMinor,
      trade.bookedMinor,
      trade.providerId,
      trade.limitRate,
      trade.requestId,
      now,
    ],
  );
  if (row === undefined) throw new Error('an insert answered no row');
  return row;
}

/** The trade of a pair that is under way. */
export async function pendingTrade(db: Queryable, pair: Pair): Promise<TradeRow | undefined> {
  const [row] = await db.query<TradeRow>(
    `SELECT ${TRADE} FROM cover_trades
      WHERE payer_currency_code = $1 AND payee_currency_code = $2 AND state = 1`,
    [pair.from, pair.to],
  );
  return row;
}

/** The latest trade that an operator's request led to. */
export async function latestOfRequest(
  db: Queryable,
  pair: Pair,
  requestId: string,
): Promise<TradeRow | undefined> {
  const [row] = await db.query<TradeRow>(
    `SELECT ${TRADE} FROM cover_trades
      WHERE payer_currency_code = $1 AND payee_currency_code = $2 AND request_id = $3
      ORDER BY created_at DESC, state LIMIT 1`,
    [pair.from, pair.to, requestId],
  );
  return row;
}

/** A trade as it is now. */
export async function findTrade(db: Queryable, tradeId: string): Promise<TradeRow | undefined> {
  const [row] = await db.query<TradeRow>(`SELECT ${TRADE} FROM cover_trades WHERE trade_id = $1`, [
    tradeId,
  ]);
  return row;
}

/** The providers who refused to trade this pair since a moment. */
export async function refusersSince(db: Queryable, pair: Pair, since: Date): Promise<string[]> {
  const rows = await db.query<{ providerId: string }>(
    `SELECT DISTINCT provider_id AS "providerId" FROM cover_trades
      WHERE payer_currency_code = $1 AND payee_currency_code = $2 AND state = 3
        AND updated_at > $3`,
    [pair.from, pair.to, since],
  );
  return rows.map(({ providerId }) => providerId);
}

/** Claims pending trades that are due, for whoever asks first, until `leaseUntil`. */
export function claimDue(
  db: Queryable,
  { now, leaseUntil, limit }: { now: Date; leaseUntil: Date; limit: number },
): Promise<TradeRow[]> {
  return db.query(
    `UPDATE cover_trades SET due_at = $2, attempt_count = attempt_count + 1
      WHERE trade_id IN (SELECT trade_id FROM cover_trades WHERE state = 1 AND due_at <= $1
                          ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING ${TRADE}`,
    [now, leaseUntil, limit],
  );
}

/** Has a trade asked for again at a moment. */
export async function postpone(db: Queryable, tradeId: string, dueAt: Date): Promise<void> {
  await db.query('UPDATE cover_trades SET due_at = $2 WHERE trade_id = $1 AND state = 1', [
    tradeId,
    dueAt,
  ]);
}

/**
 * Records that a trade was executed and takes it off the position, in one commit. Answers false
 * where that was known before.
 */
export async function recordExecuted(
  db: Queryable,
  tradeId: string,
  { payerMinor, rate, now }: { payerMinor: bigint; rate: string; now: Date },
): Promise<boolean> {
  const rows = await db.query(
    `WITH done AS (
       UPDATE cover_trades SET state = 2, payer_minor = $2, rate = $3, updated_at = $4
        WHERE trade_id = $1 AND state = 1
       RETURNING payer_currency_code, payee_currency_code, payee_minor, booked_minor, payer_minor
     )
     UPDATE exposures e
        SET payee_open = e.payee_open - done.payee_minor,
            payer_open = e.payer_open - done.booked_minor,
            realised = e.realised + done.booked_minor - done.payer_minor
       FROM done
      WHERE e.payer_currency_code = done.payer_currency_code
        AND e.payee_currency_code = done.payee_currency_code
     RETURNING 1`,
    [tradeId, payerMinor, rate, now],
  );
  return rows.length > 0;
}

/** Records that a provider refused; the position is as open as before. */
export async function recordRefused(
  db: Queryable,
  tradeId: string,
  { refusal, now }: { refusal: string; now: Date },
): Promise<void> {
  await db.query(
    `UPDATE cover_trades SET state = 3, refusal = $2, updated_at = $3
      WHERE trade_id = $1 AND state = 1`,
    [tradeId, refusal, now],
  );
}

/** Trades before a place, the newest first. */
export function tradesBefore(
  db: Queryable,
  before: { createdAt: Date; tradeId: string } | undefined,
  limit: number,
): Promise<TradeRow[]> {
  const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  return db.query(
    `SELECT ${TRADE} FROM cover_trades
      WHERE (created_at, trade_id) < ($1::timestamptz, $2::uuid)
      ORDER BY created_at DESC, trade_id DESC LIMIT $3`,
    [before?.createdAt ?? 'infinity', before?.tradeId ?? last, limit],
  );
}
