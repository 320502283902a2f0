import type { Queryable, Tx } from '@causeway/db';
import type { FloatProof, InTransit } from './prove.ts';
import type { RecordedSettlement, Settlement } from './settle.ts';
import type { FloatStatement } from './statement.ts';

// Statements are planned to go by an index; this one reads the whole table.
const PLAN = 'SET LOCAL enable_seqscan = on';

const STATEMENT = `
  SELECT (statement_timestamp() AT TIME ZONE $2)::date AS "floatDate",
         statement_timestamp() AS "takenAt",
         coalesce(sum(credits_posted - debits_posted) FILTER (WHERE code = 'user'), 0)::bigint
           AS "userMinor",
         coalesce(sum(debits_held) FILTER (WHERE code = 'user'), 0)::bigint AS "heldMinor",
         coalesce(sum(credits_posted - debits_posted) FILTER (WHERE code = 'unclaimed'), 0)::bigint
           AS "unclaimedMinor",
         coalesce(sum(credits_posted - debits_posted)
           FILTER (WHERE code = 'payable_to_switch'), 0)::bigint AS "payableMinor",
         coalesce(sum(credits_posted - debits_posted) FILTER (WHERE code = 'fees'), 0)::bigint
           AS "feesMinor",
         coalesce(sum(credits_posted - debits_posted)
           FILTER (WHERE code IN ('corrections', 'losses')), 0)::bigint AS "correctionsMinor",
         coalesce(sum(debits_posted - credits_posted) FILTER (WHERE code = 'arrears'), 0)::bigint
           AS "arrearsMinor",
         coalesce(sum(debits_posted - credits_posted) FILTER (WHERE code = 'float'), 0)::bigint
           AS "floatMinor"
    FROM ledger_accounts WHERE currency_code = $1`;

/** The ledger by purpose, as one statement sees it. */
export async function selectStatement(
  tx: Tx,
  { currencyCode, timeZone }: { currencyCode: string; timeZone: string },
): Promise<FloatStatement> {
  await tx.query(PLAN, []);
  const [row] = await tx.query<FloatStatement>(STATEMENT, [currencyCode, timeZone]);
  if (row === undefined) throw new Error('a sum without a row');
  return row;
}

const PARTS = `
  taken_at AS "takenAt", user_minor AS "userMinor", held_minor AS "heldMinor",
  unclaimed_minor AS "unclaimedMinor", payable_minor AS "payableMinor", fees_minor AS "feesMinor",
  corrections_minor AS "correctionsMinor", arrears_minor AS "arrearsMinor",
  float_minor AS "floatMinor"`;

const PART_COLUMNS = `
  taken_at, user_minor, held_minor, unclaimed_minor, payable_minor, fees_minor, corrections_minor,
  arrears_minor, float_minor`;

function partsOf(statement: FloatStatement) {
  return [
    ...[statement.takenAt, statement.userMinor, statement.heldMinor, statement.unclaimedMinor],
    ...[statement.payableMinor, statement.feesMinor, statement.correctionsMinor],
    ...[statement.arrearsMinor, statement.floatMinor],
  ];
}

/** The day before the one that runs, in this time zone, unless it is stated already. */
export async function unstatedYesterday(
  db: Queryable,
  timeZone: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ date: string }>(
    `SELECT yesterday AS date
       FROM (SELECT (statement_timestamp() AT TIME ZONE $1)::date - 1 AS yesterday) AS day
      WHERE NOT EXISTS (SELECT FROM float_days WHERE float_date = yesterday)`,
    [timeZone],
  );
  return row?.date;
}

/** Keeps the statement of a day that is over; the first one stays. */
export async function insertDay(db: Queryable, statement: FloatStatement): Promise<void> {
  await db.query(
    `INSERT INTO float_days (float_date, ${PART_COLUMNS})
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
    [statement.floatDate, ...partsOf(statement)],
  );
}

/** The statement of a day that is over. */
export async function selectDay(db: Queryable, date: string): Promise<FloatStatement | undefined> {
  const [row] = await db.query<FloatStatement>(
    `SELECT float_date AS "floatDate", ${PARTS} FROM float_days WHERE float_date = $1`,
    [date],
  );
  return row;
}

/** Days that are over, newest first, before a day. */
export function selectDays(
  db: Queryable,
  before: string,
  limit: number,
): Promise<FloatStatement[]> {
  return db.query(
    `SELECT float_date AS "floatDate", ${PARTS} FROM float_days
      WHERE float_date < $1 ORDER BY float_date DESC LIMIT $2`,
    [before, limit],
  );
}

type ProofRow = FloatStatement &
  Omit<FloatProof, 'statement' | 'inTransit'> & {
    inTransit: { reason: string; amount_minor: string }[];
  };

const PROOF = `
  float_date AS "floatDate", ${PARTS}, version, request_id AS "requestId",
  trust_minor AS "trustMinor", trust_reference AS "trustReference", in_transit AS "inTransit",
  difference_minor AS "differenceMinor", prover_id AS "proverId", proved_at AS "provedAt"`;

function proofOf(row: ProofRow): FloatProof {
  const { version, requestId, trustMinor, trustReference, differenceMinor } = row;
  return {
    ...{ version, requestId, trustMinor, trustReference, differenceMinor },
    ...{ statement: row, proverId: row.proverId, provedAt: row.provedAt },
    inTransit: row.inTransit.map(({ reason, amount_minor }): InTransit => {
      return { reason, amountMinor: BigInt(amount_minor) };
    }),
  };
}

/** Makes this transaction the only one that records proofs until it ends; they are few. */
export async function lockProofs(tx: Tx): Promise<void> {
  await tx.query('LOCK TABLE float_proofs IN SHARE ROW EXCLUSIVE MODE', []);
}

/** What a request recorded. */
export async function proofOfRequest(tx: Tx, requestId: string): Promise<FloatProof | undefined> {
  const [row] = await tx.query<ProofRow>(
    `SELECT ${PROOF} FROM float_proofs WHERE request_id = $1`,
    [requestId],
  );
  return row && proofOf(row);
}

/** The last proof of each of these days. */
export async function lastProofs(db: Queryable, dates: readonly string[]): Promise<FloatProof[]> {
  const rows = await db.query<ProofRow>(
    `SELECT DISTINCT ON (float_date) ${PROOF} FROM float_proofs
      WHERE float_date = ANY ($1::date[]) ORDER BY float_date, version DESC`,
    [dates],
  );
  return rows.map(proofOf);
}

/** Whether the proof that was taken last left a difference; not where there is none. */
export async function isUnproven(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ unproven: boolean }>(
    'SELECT difference_minor <> 0 AS unproven FROM float_proofs ORDER BY proved_at DESC LIMIT 1',
    [],
  );
  return row?.unproven ?? false;
}

/** Records a proof behind the others of its day; whoever calls holds the lock. */
export async function insertProof(
  tx: Tx,
  proof: Omit<FloatProof, 'version' | 'provedAt'>,
): Promise<FloatProof> {
  const { statement, inTransit } = proof;
  const transitMinor = inTransit.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const items = inTransit.map(({ reason, amountMinor }) => {
    return { reason, amount_minor: String(amountMinor) };
  });
  const [row] = await tx.query<ProofRow>(
    `INSERT INTO float_proofs (float_date, ${PART_COLUMNS}, request_id, trust_minor,
       trust_reference, in_transit, in_transit_minor, difference_minor, prover_id, version)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            coalesce(max(version), 0) + 1
       FROM float_proofs WHERE float_date = $1
     RETURNING ${PROOF}`,
    [
      ...[statement.floatDate, ...partsOf(statement)],
      ...[proof.requestId, proof.trustMinor, proof.trustReference, JSON.stringify(items)],
      ...[transitMinor, proof.differenceMinor, proof.proverId],
    ],
  );
  if (row === undefined) throw new Error('a proof was not recorded');
  return proofOf(row);
}

/** Records a settlement; answers the one that is recorded of that day where there is one. */
export async function insertSettlement(
  tx: Tx,
  { clearingDate, settledMinor, feeMinor, correctionMinor, paidMinor, recorderId }: Settlement,
): Promise<RecordedSettlement | undefined> {
  const inserted = await tx.query(
    `INSERT INTO switch_settlements
       (clearing_date, settled_minor, fee_minor, correction_minor, paid_minor, recorder_id)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
    [clearingDate, settledMinor, feeMinor, correctionMinor, paidMinor, recorderId],
  );
  if (inserted.length > 0) return undefined;
  const [earlier] = await tx.query<RecordedSettlement>(
    `SELECT settled_minor AS "settledMinor", fee_minor AS "feeMinor",
            correction_minor AS "correctionMinor"
       FROM switch_settlements WHERE clearing_date = $1`,
    [clearingDate],
  );
  if (earlier === undefined) throw new Error(`the settlement of ${clearingDate} is not there`);
  return earlier;
}
