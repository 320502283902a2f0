import type { Queryable } from '@causeway/db';
import type { ParticipantRef, Side } from '../participants.ts';

/** What a final window moves in one currency. */
export interface DueSum {
  participant: ParticipantRef;
  clearingDate: string;
  currencyCode: string;
  capturedMinor: bigint;
  dueMinor: bigint;
  valueDate: string;
  agreementVersion: number;
}

interface Row {
  kind: Side;
  id: string;
  clearing_date: string;
  currency_code: string;
  captured_minor: bigint;
  due_minor: bigint;
  value_date: string;
  agreement_version: number;
}

const DUE = `
  SELECT s.participant_kind AS kind, s.participant_id AS id, s.clearing_date, s.currency_code,
         s.captured_minor, s.due_minor, s.value_date, w.agreement_version
    FROM window_sums s
    JOIN windows w ON w.participant_kind = s.participant_kind
     AND w.participant_id = s.participant_id AND w.clearing_date = s.clearing_date
   WHERE w.state IN ('PENDING', 'SETTLED') AND s.due_minor <> 0`;

/** What is due in one currency between two days, both within. */
export async function sumsDue(
  db: Queryable,
  due: { currencyCode: string; fromDate: string; toDate: string },
): Promise<DueSum[]> {
  const rows = await db.query<Row>(
    `${DUE} AND s.currency_code = $1 AND s.value_date BETWEEN $2 AND $3`,
    [due.currencyCode, due.fromDate, due.toDate],
  );
  return rows.map(sumOf);
}

/** What one window moves, currency by currency. */
export async function sumsOf(
  db: Queryable,
  { kind, id }: ParticipantRef,
  clearingDate: string,
): Promise<DueSum[]> {
  const rows = await db.query<Row>(
    `${DUE} AND s.participant_kind = $1 AND s.participant_id = $2 AND s.clearing_date = $3
      ORDER BY s.currency_code`,
    [kind, id, clearingDate],
  );
  return rows.map(sumOf);
}

function sumOf(row: Row): DueSum {
  return {
    participant: { kind: row.kind, id: row.id },
    clearingDate: row.clearing_date,
    currencyCode: row.currency_code,
    capturedMinor: row.captured_minor,
    dueMinor: row.due_minor,
    valueDate: row.value_date,
    agreementVersion: row.agreement_version,
  };
}
