import { columns, type Queryable, type Tx } from '@causeway/db';
import type { ParticipantRef } from '../participants.ts';
import type { Charge } from './post.ts';

/** A charge as it is kept. */
export interface ChargeRow extends Charge {
  chargeId: string;
  commandSeq: bigint;
  recordedAt: Date;
}

export async function addCharges(tx: Tx, charges: readonly ChargeRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO charges (charge_id, participant_kind, participant_id, kind, currency_code,
       amount_minor, reference, command_seq, recorded_at)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
       $7::text[], $8::bigint[], $9::timestamptz[])`,
    columns(
      charges,
      ({ chargeId }) => chargeId,
      ({ participant }) => participant.kind,
      ({ participant }) => participant.id,
      ({ kind }) => kind,
      ({ currencyCode }) => currencyCode,
      ({ amountMinor }) => amountMinor,
      ({ reference }) => reference,
      ({ commandSeq }) => commandSeq,
      ({ recordedAt }) => recordedAt,
    ),
  );
}

const CHARGE = `
  charge_id AS "chargeId", kind, currency_code AS "currencyCode", amount_minor AS "amountMinor",
  reference, command_seq AS "commandSeq", recorded_at AS "recordedAt"`;

type FoundCharge = Omit<ChargeRow, 'participant'>;

/** The charges that wait for the participant's next window, up to a command, oldest first. */
export function waitingCharges(
  db: Queryable,
  { kind, id }: ParticipantRef,
  throughSeq: bigint,
): Promise<FoundCharge[]> {
  return db.query(
    `SELECT ${CHARGE} FROM charges
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date IS NULL
        AND command_seq <= $3
      ORDER BY command_seq, charge_id`,
    [kind, id, throughSeq],
  );
}

/** The charges that a window took, oldest first. */
export function chargesOf(
  db: Queryable,
  { kind, id }: ParticipantRef,
  clearingDate: string,
): Promise<FoundCharge[]> {
  return db.query(
    `SELECT ${CHARGE} FROM charges
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date = $3
      ORDER BY command_seq, charge_id`,
    [kind, id, clearingDate],
  );
}

/** Gives a window all charges that wait, up to a command. */
export async function takeCharges(
  tx: Tx,
  { kind, id }: ParticipantRef,
  clearingDate: string,
  throughSeq: bigint,
): Promise<void> {
  await tx.query(
    `UPDATE charges SET clearing_date = $3
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date IS NULL
        AND command_seq <= $4`,
    [kind, id, clearingDate, throughSeq],
  );
}
