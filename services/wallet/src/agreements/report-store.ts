import type { Queryable, Tx } from '@causeway/db';
import type { AgreementVersion } from './store.ts';

const DUE = `
  SELECT lane, wallet_id AS "walletId", agreement_id AS "agreementId", state, version
    FROM agreements WHERE report_due_at <= now() ORDER BY report_due_at LIMIT $1`;

/** Versions that the acquirer has not been told of, the longest overdue first. */
export function selectDueReports(db: Queryable, limit: number): Promise<AgreementVersion[]> {
  return db.query<AgreementVersion>(DUE, [limit]);
}

const KEEP_PAYLOAD =
  'UPDATE agreements SET offer_payload = $3 WHERE lane = $1 AND agreement_id = $2';

/** Keeps what led to the offer, with its signature. */
export async function keepOfferPayload(
  tx: Tx,
  { lane, agreementId }: Pick<AgreementVersion, 'lane' | 'agreementId'>,
  payload: string,
): Promise<void> {
  await tx.query(KEEP_PAYLOAD, [lane, agreementId, payload]);
}

/** What led to the offer; empty where it was not kept. */
export async function offerPayloadOf(
  db: Queryable,
  { lane, agreementId }: AgreementVersion,
): Promise<string> {
  const [row] = await db.query<{ payload: string | null }>(
    'SELECT offer_payload AS payload FROM agreements WHERE lane = $1 AND agreement_id = $2',
    [lane, agreementId],
  );
  return row?.payload ?? '';
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
