import {
  laneStatement,
  type Queryable,
  queryEachShard,
  queryLanes,
  type RowColumn,
  rowArray,
} from '@causeway/db';
import type { WalletStatus } from '../wallets/wallet.ts';

/** A code to store. */
export interface NewCode {
  lane: number;
  walletId: string;
  codeHash: Buffer;
  rateBoardId: string;
  /** How long it shall live; it never outlives its board's guarantee. */
  ttlSeconds: number;
}

/** What became of it: `expiresAt` is null unless the wallet is active. */
export interface StoredCode {
  /** Null where there is no such wallet. */
  status: WalletStatus | null;
  expiresAt: Date | null;
}

/** Wallets and boards are looked up one by one, by their keys, whatever plan was made when. */
const INSERT = laneStatement(
  2,
  (within) => `
  WITH asked AS MATERIALIZED (
    SELECT asked.*,
           (SELECT w.status FROM wallets w
             WHERE w.lane = asked.lane AND w.wallet_id = asked.wallet_id
                ${within('w.lane')}) AS status,
           (SELECT least(clock_timestamp() + make_interval(secs => ttl_seconds), b.guarantee_until)
              FROM rate_boards b WHERE b.rate_board_id = asked.rate_board_id) AS expires_at
      FROM unnest($1::new_code_v1[]) WITH ORDINALITY
        AS asked (lane, wallet_id, code_hash, rate_board_id, ttl_seconds, position)
  ), stored AS (
    INSERT INTO payment_codes (lane, code_hash, wallet_id, rate_board_id, expires_at)
    SELECT lane, code_hash, wallet_id, rate_board_id, expires_at
      FROM asked WHERE status = 'active' AND expires_at IS NOT NULL
  )
  SELECT status, CASE status WHEN 'active' THEN expires_at END AS "expiresAt"
    FROM asked ORDER BY position`,
);

const NEW_CODE: RowColumn<NewCode>[] = [
  { type: 'smallint', of: (code) => code.lane },
  { type: 'uuid', of: (code) => code.walletId },
  { type: 'bytea', of: (code) => code.codeHash },
  { type: 'uuid', of: (code) => code.rateBoardId },
  { type: 'integer', of: (code) => code.ttlSeconds },
];

/** Stores many codes in one statement. A code that is taken already fails all of them. */
export async function insertCodes(db: Queryable, codes: NewCode[]): Promise<StoredCode[]> {
  return queryLanes<StoredCode>(db, INSERT, [rowArray('new_code_v1', codes, NEW_CODE)], codes);
}

/** What of a board a charge compares with. */
export interface StoredBoard {
  rateBoardId: string;
  guaranteeUntil: Date;
  /** By payee currency: payee major units per one payer major unit, all in. */
  rates: Record<string, string>;
}

const INSERT_BOARD = `
  INSERT INTO rate_boards (rate_board_id, guarantee_until, rates)
  VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;

/** Stores a board unless another replica has. */
export async function insertBoard(db: Queryable, board: StoredBoard): Promise<void> {
  const { rateBoardId, guaranteeUntil, rates } = board;
  await db.query(INSERT_BOARD, [rateBoardId, guaranteeUntil, JSON.stringify(rates)]);
}

// A day is long enough for whoever asks why a code was declined. The bound is now(): a volatile
// clock_timestamp() cannot be looked up in an index, and would read every code each time.
const PURGE = laneStatement(
  2,
  (within) => `
  DELETE FROM payment_codes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM payment_codes
     WHERE expires_at < now() - interval '1 day' ${within('lane')} LIMIT $1)) ${within('lane')}
  RETURNING 1`,
);

const PURGE_BOARDS = "DELETE FROM rate_boards WHERE guarantee_until < now() - interval '2 days'";

/**
 * Deletes codes a day after their end, and boards after their codes; at most `limit` codes.
 * A payment by a deleted code is still answered as it was: its charge is kept for ever.
 */
export async function purgeCodes(db: Queryable, limit: number): Promise<number> {
  await db.query(PURGE_BOARDS, []);
  return (await queryEachShard(db, PURGE, [limit])).length;
}
