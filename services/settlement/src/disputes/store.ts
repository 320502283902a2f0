import type { Queryable, Tx } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import type { Dispute, DisputeStep, GivenBack } from './dispute.ts';

/** What the books say of a payment that is disputed. */
export interface DisputedPayment {
  issuerId: string;
  partnerId: string;
  /** The payee's. */
  currencyCode: string;
  capturedMinor: bigint;
  refundedMinor: bigint;
  isCancelled: boolean;
  paidAt: Date;
}

/** A payment by its bookings; undefined where its capture is not booked. */
export async function disputedPayment(
  db: Queryable,
  paymentId: string,
): Promise<DisputedPayment | undefined> {
  const [row] = await db.query<DisputedPayment>(
    `SELECT c.issuer_id AS "issuerId", c.partner_id AS "partnerId",
            c.payee_currency AS "currencyCode", c.payee_minor AS "capturedMinor",
            coalesce(c.occurred_at, c.booked_at) AS "paidAt",
            (SELECT coalesce(sum(payee_minor), 0)::bigint FROM bookings
              WHERE lane = $1 AND payment_id = $2 AND kind = 'refund') AS "refundedMinor",
            EXISTS (SELECT FROM bookings
                     WHERE lane = $1 AND payment_id = $2 AND kind = 'cancel') AS "isCancelled"
       FROM bookings c WHERE c.lane = $1 AND c.payment_id = $2 AND c.kind = 'capture'`,
    [laneOf(paymentId), paymentId],
  );
  return row;
}

interface Row
  extends Omit<Dispute, 'outcome' | 'grantedMinor' | 'givenBack' | 'terms' | 'deadlineAt'> {
  openedSeq: bigint;
  outcome: Dispute['outcome'] | null;
  grantedMinor: bigint | null;
  refundId: string | null;
  refundedPayeeMinor: bigint | null;
  refundedPayerMinor: bigint | null;
  refundedCurrency: string | null;
  answerHours: number;
  escalationHours: number;
  decisionHours: number;
  deadlineAt: Date | null;
}

const COLUMNS = `
  dispute_id AS "disputeId", opened_seq AS "openedSeq", payment_id AS "paymentId",
  issuer_id AS "issuerId", partner_id AS "partnerId", version, state, outcome, reason,
  currency_code AS "currencyCode", claimed_minor AS "claimedMinor", granted_minor AS "grantedMinor",
  refund_id AS "refundId", refunded_payee_minor AS "refundedPayeeMinor",
  refunded_payer_minor AS "refundedPayerMinor", refunded_currency AS "refundedCurrency",
  answer_hours AS "answerHours", escalation_hours AS "escalationHours",
  decision_hours AS "decisionHours", deadline_at AS "deadlineAt", opened_at AS "openedAt",
  updated_at AS "updatedAt"`;

/** A dispute with its place among all. */
export interface PlacedDispute extends Dispute {
  openedSeq: bigint;
}

function disputeOf(row: Row): PlacedDispute {
  const { answerHours, escalationHours, decisionHours } = row;
  return {
    ...{ disputeId: row.disputeId, openedSeq: row.openedSeq, paymentId: row.paymentId },
    ...{ issuerId: row.issuerId, partnerId: row.partnerId, version: row.version },
    ...{ state: row.state, outcome: row.outcome ?? undefined, reason: row.reason },
    ...{ currencyCode: row.currencyCode, claimedMinor: row.claimedMinor },
    grantedMinor: row.grantedMinor ?? undefined,
    givenBack: givenBackOf(row),
    terms: { answerHours, escalationHours, decisionHours },
    deadlineAt: row.deadlineAt ?? undefined,
    ...{ openedAt: row.openedAt, updatedAt: row.updatedAt },
  };
}

function givenBackOf(row: Row): GivenBack | undefined {
  const { refundId, refundedPayeeMinor, refundedPayerMinor, refundedCurrency } = row;
  if (refundId === null || refundedPayeeMinor === null) return undefined;
  if (refundedPayerMinor === null || refundedCurrency === null) return undefined;
  const payer = { currencyCode: refundedCurrency, amountMinor: refundedPayerMinor };
  return { refundId, payeeMinor: refundedPayeeMinor, payer };
}

/** Adds a dispute; false where another one of its payment is open. */
export async function insertDispute(tx: Tx, dispute: Dispute, openedSeq: bigint): Promise<boolean> {
  const { terms } = dispute;
  const inserted = await tx.query(
    `INSERT INTO disputes (dispute_id, opened_seq, payment_id, issuer_id, partner_id, version, state,
       reason, currency_code, claimed_minor, answer_hours, escalation_hours, decision_hours,
       deadline_at, opened_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      ...[dispute.disputeId, openedSeq, dispute.paymentId, dispute.issuerId, dispute.partnerId],
      ...[dispute.version, dispute.state, dispute.reason, dispute.currencyCode],
      ...[dispute.claimedMinor, terms.answerHours, terms.escalationHours, terms.decisionHours],
      ...[dispute.deadlineAt ?? null, dispute.openedAt, dispute.updatedAt],
    ],
  );
  return inserted.length > 0;
}

/** Puts a dispute's next version in the place of the one before. */
export async function updateDispute(tx: Tx, dispute: Dispute): Promise<void> {
  const { givenBack } = dispute;
  const updated = await tx.query(
    `UPDATE disputes SET version = $2, state = $3, outcome = $4, granted_minor = $5, refund_id = $6,
       refunded_payee_minor = $7, refunded_payer_minor = $8, refunded_currency = $9,
       deadline_at = $10, updated_at = $11
     WHERE dispute_id = $1 AND version = $2 - 1 RETURNING 1`,
    [
      ...[dispute.disputeId, dispute.version, dispute.state, dispute.outcome ?? null],
      ...[dispute.grantedMinor ?? null, givenBack?.refundId ?? null],
      ...[givenBack?.payeeMinor ?? null, givenBack?.payer.amountMinor ?? null],
      ...[givenBack?.payer.currencyCode ?? null, dispute.deadlineAt ?? null, dispute.updatedAt],
    ],
  );
  if (updated.length === 0) throw new Error(`dispute ${dispute.disputeId} changed meanwhile`);
}

/** Adds a step to a dispute's history. */
export async function insertStep(tx: Tx, disputeId: string, step: DisputeStep): Promise<void> {
  const { version, action, actorId, state, statement, steppedAt } = step;
  await tx.query(
    `INSERT INTO dispute_steps (dispute_id, version, action, actor_id, state, statement,
       evidence_reference, stepped_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[disputeId, version, action, actorId, state, statement.text],
      ...[statement.evidenceReference, steppedAt],
    ],
  );
}

/** One dispute. */
export async function disputeById(
  db: Queryable,
  disputeId: string,
): Promise<PlacedDispute | undefined> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM disputes WHERE dispute_id = $1`, [
    disputeId,
  ]);
  return row && disputeOf(row);
}

/** A dispute's history, oldest first. */
export async function stepsOf(db: Queryable, disputeId: string): Promise<DisputeStep[]> {
  const rows = await db.query<
    Omit<DisputeStep, 'statement'> & { text: string; evidenceReference: string }
  >(
    `SELECT version, action, actor_id AS "actorId", state, statement AS text,
            evidence_reference AS "evidenceReference", stepped_at AS "steppedAt"
       FROM dispute_steps WHERE dispute_id = $1 ORDER BY version`,
    [disputeId],
  );
  return rows.map(({ text, evidenceReference, ...step }) => {
    return { ...step, statement: { text, evidenceReference } };
  });
}

/** Which disputes a list shows; what is undefined leaves none out. */
export interface DisputeFilter {
  issuerId?: string;
  partnerId?: string;
  paymentId?: string;
  openOnly: boolean;
}

/** Disputes before a place, the one opened last first. */
export async function disputesBefore(
  db: Queryable,
  { issuerId, partnerId, paymentId, openOnly }: DisputeFilter,
  beforeSeq: bigint | undefined,
  limit: number,
): Promise<PlacedDispute[]> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM disputes
      WHERE ($1::text IS NULL OR issuer_id = $1) AND ($2::text IS NULL OR partner_id = $2)
        AND ($3::uuid IS NULL OR payment_id = $3) AND NOT ($4 AND state = 'CLOSED')
        AND ($5::bigint IS NULL OR opened_seq < $5)
      ORDER BY opened_seq DESC LIMIT $6`,
    [issuerId ?? null, partnerId ?? null, paymentId ?? null, openOnly, beforeSeq ?? null, limit],
  );
  return rows.map(disputeOf);
}

/** Disputes whose deadline has passed, the one that has waited longest first. */
export async function overdueDisputes(db: Queryable, now: Date, limit: number): Promise<Dispute[]> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM disputes WHERE deadline_at <= $1 ORDER BY deadline_at LIMIT $2`,
    [now, limit],
  );
  return rows.map(disputeOf);
}

/** Disputes whose claim was granted and is not refunded yet, likewise. */
export async function grantedDisputes(db: Queryable, limit: number): Promise<Dispute[]> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM disputes WHERE state = 'GRANTED' ORDER BY updated_at LIMIT $1`,
    [limit],
  );
  return rows.map(disputeOf);
}
