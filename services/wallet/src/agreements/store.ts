import type { Queryable, Tx } from '@causeway/db';
import type { AgreementRecord, AgreementState } from './agreement.ts';
import {
  AGREEMENT_COLUMNS,
  type AgreementRow,
  agreementFrom,
  agreementRows,
  upsertAgreements,
} from './row.ts';

/** Whose an agreement is; its lane is the wallet's. */
interface WalletKey {
  lane: number;
  walletId: string;
}

const SELECT = `
  SELECT ${AGREEMENT_COLUMNS} FROM agreements a
   WHERE a.lane = $1 AND a.wallet_id = $2 AND a.agreement_id = $3`;

/** The wallet's agreement of this id; undefined where it has none. */
export async function selectAgreement(
  db: Queryable,
  { lane, walletId }: WalletKey,
  agreementId: string,
): Promise<AgreementRecord | undefined> {
  const [row] = await db.query<AgreementRow>(SELECT, [lane, walletId, agreementId]);
  return row && agreementFrom(row);
}

const SELECT_LIVING = `
  SELECT ${AGREEMENT_COLUMNS} FROM agreements a
   WHERE a.lane = $1 AND a.wallet_id = $2 AND a.state <> 'ended'`;

/** The wallet's agreements that have not ended. */
export async function selectLiving(
  tx: Tx,
  { lane, walletId }: WalletKey,
): Promise<AgreementRecord[]> {
  const rows = await tx.query<AgreementRow>(SELECT_LIVING, [lane, walletId]);
  return rows.map(agreementFrom);
}

/** Writes agreements whose wallets are locked; a new version is due to be reported. */
export async function writeAgreements(
  tx: Tx,
  agreements: readonly AgreementRecord[],
): Promise<void> {
  if (agreements.length > 0) await tx.query(upsertAgreements('$1'), [agreementRows(agreements)]);
}

/** Changes all agreements of a locked wallet that have not ended. */
export async function changeLiving(
  tx: Tx,
  wallet: WalletKey,
  change: (agreement: AgreementRecord, nowMs: number) => AgreementRecord,
): Promise<void> {
  const nowMs = await nowMsOf(tx);
  const living = await selectLiving(tx, wallet);
  const changed = living.flatMap((before) => {
    const after = change(before, nowMs);
    return after === before ? [] : [after];
  });
  await writeAgreements(tx, changed);
}

/** The database's time in epoch milliseconds, which every expiry is judged by. */
export async function nowMsOf(db: Queryable): Promise<number> {
  const [row] = await db.query<{ at: Date }>('SELECT clock_timestamp() AS at', []);
  if (row === undefined) throw new Error('the database told no time');
  return row.at.getTime();
}

/** Where a page of agreements begins: behind this one. */
export interface AgreementPosition {
  /** Microseconds since the epoch, as text: a Date would cut it and show one twice. */
  signedAtMicros: string;
  agreementId: string;
}

/** An agreement as its payer sees it. */
export interface AgreementView extends AgreementRecord {
  /** What of the period's cap is used now, in minor units. */
  usedMinor: bigint;
}

const LIST = `
  WITH moment AS MATERIALIZED (SELECT (clock_timestamp() AT TIME ZONE $3)::date AS today)
  SELECT ${AGREEMENT_COLUMNS}, (extract(epoch FROM a.signed_at) * 1000000)::bigint::text AS "signedAtMicros",
         coalesce((SELECT u.used_minor FROM agreement_usage u
                    WHERE u.lane = $1 AND u.agreement_id = a.agreement_id
                      AND u.period = CASE a.period WHEN 'day' THEN moment.today::text
                                                   ELSE to_char(moment.today, 'YYYY-MM') END),
                  0) AS "usedMinor"
    FROM agreements a CROSS JOIN moment
   WHERE a.lane = $1 AND a.wallet_id = $2 AND ($4::uuid IS NULL OR a.agreement_id = $4)
     AND ($5::bigint IS NULL
          OR (a.signed_at, a.agreement_id) <
             ('epoch'::timestamptz + $5::bigint * interval '1 microsecond', $6::uuid))
   ORDER BY a.signed_at DESC, a.agreement_id DESC LIMIT $7`;

type ViewRow = AgreementRow & AgreementPosition & { usedMinor: bigint };

/** The wallet's agreements, newest first, from behind a position. */
export async function selectAgreements(
  db: Queryable,
  { lane, walletId }: WalletKey,
  timeZone: string,
  { after, limit }: { after: AgreementPosition | undefined; limit: number },
): Promise<(AgreementView & AgreementPosition)[]> {
  const from = [after?.signedAtMicros ?? null, after?.agreementId ?? null];
  const rows = await db.query<ViewRow>(LIST, [lane, walletId, timeZone, null, ...from, limit]);
  return rows.map((row) => ({ ...viewFrom(row), signedAtMicros: row.signedAtMicros }));
}

/** One agreement of the wallet as its payer sees it. */
export async function selectView(
  db: Queryable,
  { lane, walletId }: WalletKey,
  timeZone: string,
  agreementId: string,
): Promise<AgreementView | undefined> {
  const one = [lane, walletId, timeZone, agreementId, null, null, 1];
  const [row] = await db.query<ViewRow>(LIST, one);
  return row && viewFrom(row);
}

function viewFrom(row: ViewRow): AgreementView {
  return { ...agreementFrom(row), usedMinor: row.usedMinor };
}

/** One version of an agreement, which the acquirer is told of. */
export interface AgreementVersion extends WalletKey {
  agreementId: string;
  state: AgreementState;
  version: bigint;
}
