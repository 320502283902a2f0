import type { Queryable, Tx } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import type { Usage } from '../limits/spending.ts';
import { type WalletRecord, type WalletStatus, walletUnknown } from './wallet.ts';

const WALLET_COLUMNS = `
  w.wallet_id AS "walletId", w.lane, w.issuer_id AS "issuerId", w.display_name AS "displayName",
  w.tier, w.status, w.owes, w.opened_at AS "openedAt"`;

/** What OpenWallet asks for. */
export interface NewWallet {
  walletId: string;
  lane: number;
  issuerId: string;
  requestId: string;
  displayName: string;
  tier: string;
}

const INSERT = `
  INSERT INTO wallets (lane, wallet_id, status, tier, opened_tier, issuer_id, request_id,
                       display_name)
  VALUES ($1, $2, 'active', $3, $3, $4, $5, $6)
  ON CONFLICT DO NOTHING
  RETURNING 1`;

const OPENED_AS = `
  SELECT display_name AS "displayName", opened_tier AS "tier" FROM wallets
   WHERE lane = $1 AND wallet_id = $2`;

/** What a wallet's request asked for. */
export type OpenedAs = Pick<NewWallet, 'displayName' | 'tier'>;

/** Adds the wallet; where it exists, answers what its request asked for the first time. */
export async function insertWallet(tx: Tx, wallet: NewWallet): Promise<OpenedAs | undefined> {
  const { lane, walletId, tier, issuerId, requestId, displayName } = wallet;
  const values = [lane, walletId, tier, issuerId, requestId, displayName];
  if ((await tx.query(INSERT, values)).length > 0) return undefined;
  const [first] = await tx.query<OpenedAs>(OPENED_AS, [lane, walletId]);
  if (first === undefined) throw new Error(`wallet ${walletId} was not opened`);
  return first;
}

const LOCK = `
  SELECT ${WALLET_COLUMNS} FROM wallets w WHERE w.lane = $1 AND w.wallet_id = $2
     FOR NO KEY UPDATE`;

/**
 * Locks the wallet's row, which everything that touches its money does first. Throws a Refusal
 * WALLET_UNKNOWN.
 */
export async function lockWallet(tx: Tx, walletId: string): Promise<WalletRecord> {
  const [wallet] = await tx.query<WalletRecord>(LOCK, [laneOf(walletId), walletId]);
  if (wallet === undefined) throw walletUnknown();
  return wallet;
}

const GET = `
  WITH moment AS MATERIALIZED (SELECT (clock_timestamp() AT TIME ZONE $3)::date AS today)
  SELECT ${WALLET_COLUMNS},
         coalesce((SELECT u.used_minor FROM limit_usage u
                    WHERE u.lane = $1 AND u.wallet_id = $2 AND u.period = moment.today::text),
                  0) AS "dayMinor",
         coalesce((SELECT u.used_minor FROM limit_usage u
                    WHERE u.lane = $1 AND u.wallet_id = $2
                      AND u.period = to_char(moment.today, 'YYYY')),
                  0) AS "yearMinor"
    FROM wallets w CROSS JOIN moment
   WHERE w.lane = $1 AND w.wallet_id = $2`;

/** The wallet and what it has spent today and this year, in the time zone of the policy. */
export async function selectWallet(
  db: Queryable,
  walletId: string,
  timeZone: string,
): Promise<(WalletRecord & Usage) | undefined> {
  const [row] = await db.query<WalletRecord & Usage>(GET, [laneOf(walletId), walletId, timeZone]);
  return row;
}

/** Where a page of wallets begins: behind this wallet. */
export interface WalletPosition {
  /** Microseconds since the epoch, as text: a Date would cut it and show a wallet twice. */
  openedAtMicros: string;
  walletId: string;
}

const LIST = `
  SELECT ${WALLET_COLUMNS}, (extract(epoch FROM w.opened_at) * 1000000)::bigint::text AS "openedAtMicros"
    FROM wallets w
   WHERE $1::bigint IS NULL
      OR (w.opened_at, w.wallet_id) <
         ('epoch'::timestamptz + $1::bigint * interval '1 microsecond', $2::uuid)
   ORDER BY w.opened_at DESC, w.wallet_id DESC LIMIT $3`;

/** Wallets, newest first, from behind a position. */
export async function selectWallets(
  db: Queryable,
  after: WalletPosition | undefined,
  limit: number,
): Promise<(WalletRecord & WalletPosition)[]> {
  return db.query(LIST, [after?.openedAtMicros ?? null, after?.walletId ?? null, limit]);
}

const SET_STATUS = 'UPDATE wallets SET status = $3 WHERE lane = $1 AND wallet_id = $2';

export async function updateStatus(
  tx: Tx,
  { lane, walletId }: Pick<WalletRecord, 'lane' | 'walletId'>,
  status: WalletStatus,
): Promise<void> {
  await tx.query(SET_STATUS, [lane, walletId, status]);
}

const SET_TIER = 'UPDATE wallets SET tier = $3 WHERE lane = $1 AND wallet_id = $2';

export async function updateTier(
  tx: Tx,
  { lane, walletId }: WalletRecord,
  tier: string,
): Promise<void> {
  await tx.query(SET_TIER, [lane, walletId, tier]);
}

const SET_PAID = 'UPDATE wallets SET owes = false WHERE lane = $1 AND wallet_id = $2';

/** Notes that the wallet owes nothing any more. */
export async function updatePaid(tx: Tx, { lane, walletId }: WalletRecord): Promise<void> {
  await tx.query(SET_PAID, [lane, walletId]);
}

/** Money that enters or leaves a wallet by another way than a payment. */
export interface Movement {
  kind: 'top_up' | 'withdrawal';
  walletId: string;
  /** The caller's key, unique within the wallet over both kinds. */
  requestId: string;
  /** In minor units of the policy's currency, above zero. */
  amountMinor: bigint;
}

const FIND_MOVEMENT = `
  SELECT kind, amount_minor AS "amountMinor" FROM fund_movements
   WHERE lane = $1 AND wallet_id = $2 AND request_id = $3`;

/** What a request id of the wallet was used for; undefined where it is free. */
export async function selectMovement(
  tx: Tx,
  lane: number,
  { walletId, requestId }: Movement,
): Promise<Pick<Movement, 'kind' | 'amountMinor'> | undefined> {
  const key = [lane, walletId, requestId];
  const [row] = await tx.query<Pick<Movement, 'kind' | 'amountMinor'>>(FIND_MOVEMENT, key);
  return row;
}

const INSERT_MOVEMENT = `
  INSERT INTO fund_movements (lane, wallet_id, request_id, kind, amount_minor)
  VALUES ($1, $2, $3, $4, $5)`;

export async function insertMovement(tx: Tx, lane: number, movement: Movement): Promise<void> {
  const { walletId, requestId, kind, amountMinor } = movement;
  await tx.query(INSERT_MOVEMENT, [lane, walletId, requestId, kind, amountMinor]);
}
