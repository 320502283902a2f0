import type { Queryable } from '@causeway/db';
import type { AgreementVersion } from './store.ts';

const DUE = `
  SELECT lane, wallet_id AS "walletId", agreement_id AS "agreementId", state, version
    FROM agreements WHERE report_due_at <= now() ORDER BY report_due_at LIMIT $1`;

/** Versions that the acquirer has not been told of, the longest overdue first. */
export function selectDueReports(db: Queryable, limit: number): Promise<AgreementVersion[]> {
  return db.query<AgreementVersion>(DUE, [limit]);
}

const REPORTED = `
  UPDATE agreements SET report_due_at = NULL
   WHERE lane = $1 AND agreement_id = $2 AND version = $3`;

/** Notes that the acquirer knows this version; a later one stays due. */
export async function markReported(
  db: Queryable,
  { lane, agreementId, version }: AgreementVersion,
): Promise<void> {
  await db.query(REPORTED, [lane, agreementId, version]);
}

const POSTPONE = `
  UPDATE agreements SET report_due_at = now() + make_interval(secs => $3)
   WHERE lane = $1 AND agreement_id = $2 AND report_due_at IS NOT NULL`;

/** Lets others go first. */
export async function postponeReport(
  db: Queryable,
  { lane, agreementId }: AgreementVersion,
  seconds: number,
): Promise<void> {
  await db.query(POSTPONE, [lane, agreementId, seconds]);
}

const UNREPORTED = 'SELECT count(*) AS due FROM agreements WHERE report_due_at IS NOT NULL';

/** How many agreements the acquirer has not been told of. */
export async function countUnreported(db: Queryable): Promise<number> {
  const [row] = await db.query<{ due: bigint }>(UNREPORTED, []);
  return Number(row?.due ?? 0n);
}
