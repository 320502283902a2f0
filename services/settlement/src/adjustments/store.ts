import type { Queryable, Tx } from '@causeway/db';
import type { ParticipantRef, Side } from '../participants.ts';
import type { PostedAdjustment } from './adjustment.ts';

export async function insertAdjustment(tx: Tx, adjustment: PostedAdjustment): Promise<void> {
  const { participant } = adjustment;
  await tx.query(
    `INSERT INTO adjustments (adjustment_id, command_seq, participant_kind, participant_id,
       currency_code, amount_minor, reason, reference, operator_id, reverses, posted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[adjustment.adjustmentId, adjustment.commandSeq, participant.kind, participant.id],
      ...[adjustment.currencyCode, adjustment.amountMinor, adjustment.reason],
      ...[adjustment.reference, adjustment.operatorId, adjustment.reverses ?? null],
      adjustment.postedAt,
    ],
  );
}

interface Row extends Omit<PostedAdjustment, 'participant' | 'reverses'> {
  participantKind: Side;
  participantId: string;
  reverses: string | null;
}

const COLUMNS = `
  adjustment_id AS "adjustmentId", command_seq AS "commandSeq",
  participant_kind AS "participantKind", participant_id AS "participantId",
  currency_code AS "currencyCode", amount_minor AS "amountMinor", reason, reference,
  operator_id AS "operatorId", reverses, posted_at AS "postedAt"`;

function adjustmentOf({ participantKind, participantId, reverses, ...row }: Row): PostedAdjustment {
  const participant = { kind: participantKind, id: participantId };
  return { ...row, participant, ...(reverses === null ? {} : { reverses }) };
}

/** One adjustment. */
export async function adjustmentById(
  db: Queryable,
  adjustmentId: string,
): Promise<PostedAdjustment | undefined> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM adjustments WHERE adjustment_id = $1`, [
    adjustmentId,
  ]);
  return row && adjustmentOf(row);
}

/** Whether the adjustment was taken back. */
export async function isReversed(db: Queryable, adjustmentId: string): Promise<boolean> {
  const rows = await db.query('SELECT FROM adjustments WHERE reverses = $1', [adjustmentId]);
  return rows.length > 0;
}

/** Adjustments before a place, newest first, of one participant or of all. */
export async function adjustmentsBefore(
  db: Queryable,
  participant: ParticipantRef | undefined,
  beforeSeq: bigint | undefined,
  limit: number,
): Promise<PostedAdjustment[]> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM adjustments
      WHERE ($1::text IS NULL OR (participant_kind, participant_id) = ($1, $2))
        AND ($3::bigint IS NULL OR command_seq < $3)
      ORDER BY command_seq DESC LIMIT $4`,
    [participant?.kind ?? null, participant?.id ?? null, beforeSeq ?? null, limit],
  );
  return rows.map(adjustmentOf);
}

/** Whether there is such a participant: each has windows from its first day on. */
export async function isParticipant(db: Queryable, { kind, id }: ParticipantRef): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM windows WHERE participant_kind = $1 AND participant_id = $2 LIMIT 1`,
    [kind, id],
  );
  return rows.length > 0;
}
