import {
  laneStatement,
  type Queryable,
  queryLanes,
  type RowColumn,
  rowArray,
  type Tx,
} from '@causeway/db';
import type { WalletRecord } from '../wallets/wallet.ts';
import type { DeniedReason, GrantRecord } from './grant.ts';
import { GRANT_USE_COLUMNS, type GrantUseRow, grantUseFrom } from './row.ts';

interface GrantKey {
  lane: number;
  grantId: string;
}

const KEY: RowColumn<GrantKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ grantId }) => grantId },
];

const HOLDERS = laneStatement(
  2,
  (within) => `
  SELECT asked.grant_id AS "grantId", g.wallet_id AS "walletId"
    FROM unnest($1::transit_grant_key_v1[]) AS asked (lane, grant_id)
   CROSS JOIN LATERAL (
      SELECT wallet_id FROM transit_grants
       WHERE lane = asked.lane AND grant_id = asked.grant_id ${within('lane')} OFFSET 0
   ) AS g`,
);

/** Whose the grants are; those that nobody signed are left out. */
export function selectHolders(
  db: Queryable,
  keys: readonly GrantKey[],
): Promise<{ grantId: string; walletId: string }[]> {
  return queryLanes(db, HOLDERS, [rowArray('transit_grant_key_v1', keys, KEY)], keys);
}

const GRANT_COLUMNS = `
  ${GRANT_USE_COLUMNS}, g.request_id AS "requestId", g.key_id AS "keyId",
  g.user_key AS "userKey", g.signed_grant AS "signedGrant",
  g.issued_at AS "issuedAt", g.expires_at AS "expiresAt"`;

interface GrantRow
  extends GrantUseRow,
    Pick<GrantRecord, 'requestId' | 'keyId' | 'userKey' | 'signedGrant'> {
  issuedAt: Date;
  expiresAt: Date;
}

function grantFrom(row: GrantRow): GrantRecord {
  return {
    ...grantUseFrom(row),
    ...{ requestId: row.requestId, keyId: row.keyId },
    ...{ userKey: row.userKey, signedGrant: row.signedGrant },
    issuedAtMs: row.issuedAt.getTime(),
    expiresAtMs: row.expiresAt.getTime(),
  };
}

const INSERT = `
  INSERT INTO transit_grants (lane, grant_id, wallet_id, request_id, key_id, user_key,
    signed_grant, ride_cap_minor, total_cap_minor, max_codes, issued_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** Adds a grant. */
export async function insertGrant(tx: Tx, grant: GrantRecord): Promise<void> {
  await tx.query(INSERT, [
    ...[grant.lane, grant.grantId, grant.walletId, grant.requestId, grant.keyId],
    ...[Buffer.from(grant.userKey), Buffer.from(grant.signedGrant)],
    ...[grant.rideCapMinor, grant.totalCapMinor, grant.maxCodes],
    ...[new Date(grant.issuedAtMs), new Date(grant.expiresAtMs)],
  ]);
}

const GET = `SELECT ${GRANT_COLUMNS} FROM transit_grants g WHERE g.lane = $1 AND g.grant_id = $2`;

/** The grant with this id; undefined where nobody signed it. */
export async function selectGrant(
  db: Queryable,
  { lane, grantId }: GrantKey,
): Promise<GrantRecord | undefined> {
  const [row] = await db.query<GrantRow>(GET, [lane, grantId]);
  return row && grantFrom(row);
}

const LIST = `
  SELECT ${GRANT_COLUMNS} FROM transit_grants g
   WHERE g.lane = $1 AND g.wallet_id = $2 ORDER BY g.issued_at DESC, g.grant_id LIMIT $3`;

/** The grants of a wallet, newest first. */
export async function selectGrants(
  db: Queryable,
  { lane, walletId }: Pick<WalletRecord, 'lane' | 'walletId'>,
  limit: number,
): Promise<GrantRecord[]> {
  const rows = await db.query<GrantRow>(LIST, [lane, walletId, limit]);
  return rows.map(grantFrom);
}

const STANDING = `
  SELECT clock_timestamp() AS now,
         count(*) FILTER (WHERE expires_at > now() AND denied_at IS NULL)::integer AS alive,
         count(*) FILTER (WHERE denied_reason = 'CLONED_KEY')::integer AS cloned,
         count(*) FILTER (WHERE borne_minor > 0
                            AND lost_at > now() - interval '30 days')::integer AS borne
    FROM transit_grants WHERE lane = $1 AND wallet_id = $2`;

/** What a wallet's grants say of it. */
export interface Standing {
  now: Date;
  /** Grants that gates take. */
  alive: number;
  /** Grants whose key was found in two places. */
  cloned: number;
  /** Grants under which this operator had to pay for somebody's ride in the last thirty days. */
  borne: number;
}

/** How a wallet stands with its grants. */
export async function selectStanding(
  tx: Tx,
  { lane, walletId }: Pick<WalletRecord, 'lane' | 'walletId'>,
): Promise<Standing> {
  const [row] = await tx.query<Standing>(STANDING, [lane, walletId]);
  if (row === undefined) throw new Error('a count without a row');
  return row;
}

const DENY = `
  UPDATE transit_grants SET denied_at = clock_timestamp(), denied_reason = $3
   WHERE lane = $1 AND grant_id = $2 AND denied_at IS NULL`;

/** Puts a grant on the deny list; one that is there stays as it is. */
export async function denyGrant(
  tx: Tx,
  { lane, grantId }: GrantKey,
  reason: DeniedReason,
): Promise<void> {
  await tx.query(DENY, [lane, grantId, reason]);
}

const DENY_ALL = `
  UPDATE transit_grants SET denied_at = clock_timestamp(), denied_reason = $3
   WHERE lane = $1 AND wallet_id = $2 AND denied_at IS NULL AND expires_at > now()`;

/** Puts every grant of a wallet that gates would take on the deny list. */
export async function denyAllGrants(
  tx: Tx,
  { lane, walletId }: Pick<WalletRecord, 'lane' | 'walletId'>,
  reason: DeniedReason,
): Promise<void> {
  await tx.query(DENY_ALL, [lane, walletId, reason]);
}

const EXPOSURE = `
  WITH alive AS (
    SELECT g.lane, g.wallet_id, count(*) AS grants,
           sum(g.total_cap_minor - g.used_minor)::bigint AS granted,
           sum((g.max_codes - g.ride_count)::bigint * g.ride_cap_minor)::bigint AS by_codes
      FROM transit_grants g
     WHERE g.expires_at > now() AND g.denied_at IS NULL
     GROUP BY g.lane, g.wallet_id
  )
  SELECT coalesce(sum(alive.grants), 0)::bigint AS "grantCount",
         coalesce(sum(alive.granted), 0)::bigint AS "grantedMinor",
         coalesce(sum(greatest(0, alive.granted - a.balance)), 0)::bigint AS "uncoveredMinor",
         coalesce(max(alive.granted), 0)::bigint AS "largestMinor",
         (SELECT coalesce(sum(greatest(lost_minor, borne_minor)), 0)::bigint FROM transit_grants
           WHERE lost_at > now() - interval '30 days') AS "lostMinor"
    FROM alive
   CROSS JOIN LATERAL (
      SELECT credits_posted - debits_posted - debits_held AS balance FROM ledger_accounts
       WHERE lane = alive.lane AND account_id = alive.wallet_id OFFSET 0
   ) AS a`;

/** What the grants that are alive come to. Amounts in minor units of the policy's currency. */
export interface Exposure {
  grantCount: bigint;
  /** The sum of what is left of their totals. */
  grantedMinor: bigint;
  /** What of it their wallets' balances do not cover. */
  uncoveredMinor: bigint;
  /** The most that one wallet's grants come to. */
  largestMinor: bigint;
  /** What was lost in the last 30 days. */
  lostMinor: bigint;
}

/** Adds up the grants that are alive, as one statement sees them. */
export async function selectExposure(db: Queryable): Promise<Exposure> {
  const [row] = await db.query<Exposure>(EXPOSURE, []);
  if (row === undefined) throw new Error('a sum without a row');
  return row;
}
