import { columns, type Queryable, type Tx } from '@causeway/db';
import type { Json } from '../commands/commands.ts';
import type { ParticipantRef } from '../participants.ts';

/** A stored agreement, as its command said it. */
export interface AgreementRow {
  version: number;
  body: Json;
  operatorId: string;
  recordedAt: Date;
}

const AGREEMENT = `
  agreement.version, command.body, command.operator_id AS "operatorId",
  command.recorded_at AS "recordedAt"`;

const WITH_COMMAND = 'agreements AS agreement JOIN commands AS command USING (command_id)';

/** Stores what a command says as the participant's next version. */
export async function insertAgreement(
  tx: Tx,
  commandId: string,
  { kind, id }: ParticipantRef,
  effectiveFrom: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO agreements (participant_kind, participant_id, version, effective_from, command_id)
     SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4
       FROM agreements WHERE participant_kind = $1 AND participant_id = $2`,
    [kind, id, effectiveFrom, commandId],
  );
}

/** The day after the participant's last window that is closed; undefined where none is. */
export async function firstOpenDay(
  tx: Tx,
  { kind, id }: ParticipantRef,
): Promise<string | undefined> {
  const [row] = await tx.query<{ day: string | null }>(
    `SELECT max(clearing_date) + 1 AS day FROM windows
      WHERE participant_kind = $1 AND participant_id = $2 AND state <> 'OPEN'`,
    [kind, id],
  );
  return row?.day ?? undefined;
}

/** The agreement that a command stored. */
export async function agreementOfCommand(
  db: Queryable,
  commandId: string,
): Promise<AgreementRow | undefined> {
  const [row] = await db.query<AgreementRow>(
    `SELECT ${AGREEMENT} FROM ${WITH_COMMAND} WHERE command_id = $1`,
    [commandId],
  );
  return row;
}

/** A participant on one of its clearing days. */
export interface ParticipantDay {
  participant: ParticipantRef;
  clearingDate: string;
}

/** What is in force for each of these, where anything is. */
export function agreementsInForce(
  db: Queryable,
  days: readonly ParticipantDay[],
): Promise<AgreementRow[]> {
  return db.query(
    `SELECT ${AGREEMENT}
       FROM unnest($1::text[], $2::text[], $3::date[]) AS day (kind, id, clearing_date)
      CROSS JOIN LATERAL (
        SELECT * FROM agreements
         WHERE participant_kind = day.kind AND participant_id = day.id
           AND effective_from <= day.clearing_date
         ORDER BY effective_from DESC, version DESC LIMIT 1
      ) AS agreement
       JOIN commands AS command USING (command_id)`,
    columns(
      days,
      ({ participant }) => participant.kind,
      ({ participant }) => participant.id,
      ({ clearingDate }) => clearingDate,
    ),
  );
}

/** One version of a participant's agreement. */
export async function agreementVersionRow(
  db: Queryable,
  { kind, id }: ParticipantRef,
  version: number,
): Promise<AgreementRow | undefined> {
  const [row] = await db.query<AgreementRow>(
    `SELECT ${AGREEMENT} FROM ${WITH_COMMAND}
      WHERE participant_kind = $1 AND participant_id = $2 AND version = $3`,
    [kind, id, version],
  );
  return row;
}

/** Where a page of agreements begins: behind this one. */
export interface PageKey {
  kind: string;
  id: string;
  version: number;
}

/** Agreements in the order of their keys; empty kind or id stand for all. */
export function listAgreementRows(
  db: Queryable,
  { kind, id }: { kind: string; id: string },
  after: PageKey,
  limit: number,
): Promise<AgreementRow[]> {
  return db.query(
    `SELECT ${AGREEMENT} FROM ${WITH_COMMAND}
      WHERE ($1 = '' OR participant_kind = $1) AND ($2 = '' OR participant_id = $2)
        AND (participant_kind, participant_id, version) > ($3, $4, $5)
      ORDER BY participant_kind, participant_id, version LIMIT $6`,
    [kind, id, after.kind, after.id, after.version, limit],
  );
}
