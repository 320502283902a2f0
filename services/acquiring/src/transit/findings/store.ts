import type { Queryable } from '@causeway/db';
import type { FindingRecord } from '../tap.ts';

const COLUMNS = `
  f.lane, f.finding_id AS "findingId", f.kind, f.liability, f.amount_minor AS "amountMinor",
  f.currency_code AS "currencyCode", f.partner_id AS "partnerId", f.gate_id AS "gateId",
  f.sequence, f.issuer_id AS "issuerId", f.grant_id AS "grantId", f.counter,
  f.payment_id AS "paymentId", f.rule, f.created_at AS "createdAt",
  (extract(epoch FROM f.created_at) * 1000000)::bigint::text AS "createdMicros"`;

/** A finding as it is listed. */
export interface FindingRow
  extends Omit<
    FindingRecord,
    'amountMinor' | 'currencyCode' | 'paymentId' | 'isReported' | 'lineId'
  > {
  amountMinor: bigint | null;
  currencyCode: string | null;
  paymentId: string | null;
  createdAt: Date;
  createdMicros: string;
}

/** Where a page of findings begins: behind this one. */
export interface FindingPosition {
  createdMicros: string;
  findingId: string;
}

/** A finding with what became of the loss, where a wallet operator bears it. */
export interface ListedFinding extends FindingRow {
  lossPaymentId: string | null;
  lossState: 'due' | 'paid' | 'unpaid' | null;
}

const LIST = `
  SELECT ${COLUMNS}, l.payment_id AS "lossPaymentId", l.state AS "lossState"
    FROM transit_findings f
    LEFT JOIN transit_losses l ON l.lane = f.lane AND l.finding_id = f.finding_id
   WHERE ($1::text IS NULL OR f.partner_id = $1)
     AND ($2::bigint IS NULL OR (f.created_at, f.finding_id) <
          ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::uuid))
   ORDER BY f.created_at DESC, f.finding_id DESC LIMIT $4`;

/** Findings of one operator, or of all, newest first, from behind a position. */
export function findingsBefore(
  db: Queryable,
  partnerId: string | undefined,
  before: FindingPosition | undefined,
  limit: number,
): Promise<ListedFinding[]> {
  const position = [before?.createdMicros ?? null, before?.findingId ?? null];
  return db.query<ListedFinding>(LIST, [partnerId ?? null, ...position, limit]);
}

const DUE = `
  UPDATE transit_findings f
     SET report_due_at = clock_timestamp() + $1::integer * interval '1 millisecond'
   WHERE (f.lane, f.finding_id) IN (
     SELECT lane, finding_id FROM transit_findings
      WHERE report_due_at <= clock_timestamp()
      ORDER BY report_due_at LIMIT $2 FOR UPDATE SKIP LOCKED
   )
  RETURNING ${COLUMNS}`;

/** Findings that wallet operators are to be told of; nobody else tells of them for so long. */
export function claimReports(db: Queryable, leaseMs: number, limit: number): Promise<FindingRow[]> {
  return db.query<FindingRow>(DUE, [leaseMs, limit]);
}

const TOLD = 'UPDATE transit_findings SET report_due_at = NULL WHERE lane = $1 AND finding_id = $2';

/** Notes that the wallet operator knows. */
export async function markTold(
  db: Queryable,
  { lane, findingId }: Pick<FindingRow, 'lane' | 'findingId'>,
): Promise<void> {
  await db.query(TOLD, [lane, findingId]);
}
