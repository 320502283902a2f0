import { laneStatement, queryLanes, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { AgreementUsageRecord } from '../agreements/agreement.ts';
import {
  AGREEMENT_COLUMNS,
  type AgreementRow,
  agreementRows,
  upsertAgreements,
} from '../agreements/row.ts';
import { arrearsOf } from './arrears.ts';
import type { ChargedWallet } from './record.ts';
import type { Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** An agreement that is charged, or a charge under it undone, and the day that counts for it. */
export interface AgreementDay {
  lane: number;
  agreementId: string;
  /** 'YYYY-MM-DD' in the policy's time zone. */
  day: string;
}

/**
 * All agreements of the wallets that have not ended, since arrears suspend and resume them
 * together; and those that are charged, with what was used of the period of that day. The rows of
 * the first kind have no day.
 */
const READ = laneStatement(
  3,
  (within) => `
  SELECT ${AGREEMENT_COLUMNS}, NULL::date AS day, NULL::bigint AS "usedMinor"
    FROM unnest($1::wallet_key_v1[]) AS asked (lane, wallet_id)
   CROSS JOIN LATERAL (
      SELECT * FROM agreements
       WHERE lane = asked.lane AND wallet_id = asked.wallet_id AND state <> 'ended'
         ${within('lane')} OFFSET 0
   ) AS a
  UNION ALL
  SELECT ${AGREEMENT_COLUMNS}, asked.day,
         (SELECT u.used_minor FROM agreement_usage u
           WHERE u.lane = asked.lane AND u.agreement_id = asked.agreement_id
             AND u.period = CASE a.period WHEN 'day' THEN asked.day::text
                                          ELSE to_char(asked.day, 'YYYY-MM') END
             ${within('u.lane')})
    FROM unnest($2::agreement_day_v1[]) AS asked (lane, agreement_id, day)
   CROSS JOIN LATERAL (
      SELECT * FROM agreements
       WHERE lane = asked.lane AND agreement_id = asked.agreement_id ${within('lane')} OFFSET 0
   ) AS a`,
);

/** An agreement, and what was used of the period of a day where one was asked for. */
export interface ReadAgreement extends AgreementRow {
  day: string | null;
  usedMinor: bigint | null;
}

/** Reads what charges under agreements are decided on. The wallets must be locked. */
export function readAgreements(
  tx: Tx,
  wallets: readonly Pick<ChargedWallet, 'lane' | 'walletId'>[],
  days: readonly AgreementDay[],
): Promise<ReadAgreement[]> {
  const params = [
    rowArray('wallet_key_v1', wallets, WALLET_KEY),
    rowArray('agreement_day_v1', days, AGREEMENT_DAY),
  ];
  return queryLanes<ReadAgreement>(tx, READ, params, [...wallets, ...days]);
}

const AGREED = upsertAgreements('$1');
const USED = `
  INSERT INTO agreement_usage (lane, agreement_id, period, used_minor)
  SELECT * FROM unnest($2::agreement_usage_v1[])
  ON CONFLICT (lane, agreement_id, period) DO UPDATE SET used_minor = excluded.used_minor`;

/**
 * An agreement was signed before it is charged, so the first insert never inserts. Wallets are
 * found by their keys, which a plan made on an empty table might not do for an UPDATE that joins;
 * they are locked, so they stay where they are found.
 */
const WRITE = `
  WITH agreed AS (${AGREED}), used AS (${USED})
  UPDATE wallets SET owes = NOT owes
   WHERE ctid = ANY (ARRAY(
     SELECT w.ctid FROM unnest($3::wallet_key_v1[]) AS turned (lane, wallet_id)
      CROSS JOIN LATERAL (
        SELECT ctid FROM wallets
         WHERE lane = turned.lane AND wallet_id = turned.wallet_id OFFSET 0
      ) AS w))`;

// A cluster finds no row by its place, and a plan is made for each run there.
const WRITE_SHARDED = `WITH agreed AS (${AGREED}), used AS (${USED}) SELECT 1`;
const TURN = laneStatement(
  2,
  (within) => `
  UPDATE wallets AS w SET owes = NOT w.owes
    FROM unnest($1::wallet_key_v1[]) AS turned (lane, wallet_id)
   WHERE w.lane = turned.lane AND w.wallet_id = turned.wallet_id ${within('w.lane')}`,
);

/** Writes what became of agreements and of what wallets owe; no round trip where nothing did. */
export async function writeAgreements(tx: Tx, set: WorkingSet, rules: Rules): Promise<void> {
  const agreements = set.agreements.changed();
  const usage = [...set.agreementUsage.created(), ...set.agreementUsage.changed()];
  const turned = set
    .debtors()
    .filter((wallet) => wallet.owes !== arrearsOf(set, wallet, rules) > 0n);
  if (agreements.length + usage.length + turned.length === 0) return;
  const written = [agreementRows(agreements), rowArray('agreement_usage_v1', usage, USAGE)];
  const wallets = rowArray('wallet_key_v1', turned, WALLET_KEY);
  if (tx.shards === undefined) {
    await tx.query(WRITE, [...written, wallets]);
    return;
  }
  await tx.query(WRITE_SHARDED, written);
  await queryLanes(tx, TURN, [wallets], turned);
}

type WalletKey = Pick<ChargedWallet, 'lane' | 'walletId'>;

const WALLET_KEY: RowColumn<WalletKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ walletId }) => walletId },
];

const AGREEMENT_DAY: RowColumn<AgreementDay>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ agreementId }) => agreementId },
  { type: 'date', of: ({ day }) => day },
];

const USAGE: RowColumn<AgreementUsageRecord>[] = [
  { type: 'smallint', of: (row) => row.lane },
  { type: 'uuid', of: (row) => row.agreementId },
  { type: 'text', of: (row) => row.period },
  { type: 'bigint', of: (row) => row.usedMinor },
];
