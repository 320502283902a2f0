import { columns, type Database, type Tx } from '@causeway/db';
import type { ParticipantKind } from '@causeway/proto/common';
import type { ClearingTerms } from '@causeway/proto/routing';
import { LANES } from '@causeway/runtime';
import type { ParticipantKey, ParticipantRecord } from './participants.ts';

interface ParticipantRow {
  participant_kind: ParticipantKind;
  participant_id: string;
  time_zone: string | null;
  cut_off_seconds: number | null;
  settlement_currency: string | null;
  opened: string | null;
  sealed_through: string | null;
  sealed_at: Date | null;
}

/** What settlement puts for a participant. */
export interface PutTerms extends ParticipantKey {
  terms: ClearingTerms;
  settlementCurrencyCode: string | undefined;
  /** The day that ran by the terms before; undefined where there were none. */
  opened: string | undefined;
}

const PARTICIPANTS = `
  SELECT participant_kind, participant_id, time_zone, cut_off_seconds, settlement_currency,
         opened, sealed_through, sealed_at
  FROM clearing_participants ORDER BY participant_kind, participant_id`;

const ADD_PARTICIPANTS = `
  INSERT INTO clearing_participants (participant_kind, participant_id)
  SELECT kind, id FROM unnest($1::smallint[], $2::text[]) AS given (kind, id) ORDER BY kind, id
  ON CONFLICT DO NOTHING`;

// In the order in which commits lock them.
const ADD_SEALS = `
  INSERT INTO clearing_seals (lane, participant_kind, participant_id, sealed_through)
  SELECT lane, kind, id, sealed_through
  FROM unnest($1::smallint[], $2::text[]) AS given (kind, id)
  JOIN clearing_participants ON participant_kind = kind AND participant_id = id
  CROSS JOIN generate_series(0, $3::integer - 1) AS lane
  ORDER BY lane, kind, id
  ON CONFLICT DO NOTHING`;

const PUT_TERMS = `
  UPDATE clearing_participants SET
    time_zone = $3, cut_off_seconds = $4, settlement_currency = $5,
    opened = greatest(opened, $6::date)
  WHERE participant_kind = $1 AND participant_id = $2`;

const NOTE_OPENED = `
  UPDATE clearing_participants SET opened = given.opened
  FROM unnest($1::smallint[], $2::text[], $3::date[]) AS given (kind, id, opened)
  WHERE participant_kind = kind AND participant_id = id
    AND (clearing_participants.opened IS NULL OR clearing_participants.opened < given.opened)`;

const SEAL_PARTICIPANT = `
  UPDATE clearing_participants SET sealed_through = $3::date, sealed_at = $4
  WHERE participant_kind = $1 AND participant_id = $2
    AND (sealed_through IS NULL OR sealed_through < $3::date)
  RETURNING participant_id`;

// One after the other in the order in which commits lock them, so that neither waits for the other
// in a circle. Each waits for the commits that hold it, and holds up those that come after.
const SEAL_LANES = `
  INSERT INTO clearing_seals (lane, participant_kind, participant_id, sealed_through)
  SELECT lane, $1::smallint, $2::text, $3::date
  FROM generate_series(0, $4::integer - 1) AS lane ORDER BY lane
  ON CONFLICT (lane, participant_kind, participant_id)
  DO UPDATE SET sealed_through = excluded.sealed_through`;

/** All SQL on participants' days but that of the commits that stamp them. */
export class ClearingStore {
  constructor(private readonly db: Database) {}

  /** Everybody who was added, in the order of kind and id. */
  async participants(): Promise<ParticipantRecord[]> {
    const rows = await this.db.query<ParticipantRow>(PARTICIPANTS, []);
    return rows.map(recordOf);
  }

  /** Adds participants with nothing sealed, where they are not there yet. */
  async add(keys: readonly ParticipantKey[]): Promise<void> {
    await this.db.transaction((tx) => addAll(tx, keys));
  }

  async putTerms({ kind, id, terms, ...put }: PutTerms): Promise<void> {
    const { timeZone, cutOffSeconds } = terms;
    const { settlementCurrencyCode, opened } = put;
    await this.db.transaction(async (tx) => {
      await addAll(tx, [{ kind, id }]);
      const values = [timeZone, cutOffSeconds, settlementCurrencyCode, opened];
      await tx.query(PUT_TERMS, [kind, id, ...values]);
    });
  }

  /** Remembers that these days are running, where no later one was. */
  async noteOpened(days: readonly (ParticipantKey & { opened: string })[]): Promise<void> {
    const given = columns(
      days,
      ({ kind }) => kind,
      ({ id }) => id,
      ({ opened }) => opened,
    );
    await this.db.transaction((tx) => tx.query(NOTE_OPENED, given));
  }

  /**
   * Seals all days of a participant up to this one, in every lane or in none. Commits that named
   * one of them are through when it answers. Answers false where they were sealed before.
   */
  async seal({ kind, id }: ParticipantKey, through: string, at: Date): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const sealed = await tx.query(SEAL_PARTICIPANT, [kind, id, through, at]);
      if (sealed.length === 0) return false;
      await tx.query(SEAL_LANES, [kind, id, through, LANES]);
      return true;
    });
  }
}

async function addAll(tx: Tx, keys: readonly ParticipantKey[]): Promise<void> {
  const given = columns(
    keys,
    ({ kind }) => kind,
    ({ id }) => id,
  );
  await tx.query(ADD_PARTICIPANTS, given);
  await tx.query(ADD_SEALS, [...given, LANES]);
}

function recordOf(row: ParticipantRow): ParticipantRecord {
  const { time_zone: timeZone, cut_off_seconds: cutOffSeconds } = row;
  return {
    kind: row.participant_kind,
    id: row.participant_id,
    terms: timeZone !== null && cutOffSeconds !== null ? { timeZone, cutOffSeconds } : undefined,
    settlementCurrencyCode: row.settlement_currency ?? undefined,
    opened: row.opened ?? undefined,
    sealedThrough: row.sealed_through ?? undefined,
    sealedAt: row.sealed_at ?? undefined,
  };
}
