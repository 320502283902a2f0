import { type Database, rowArray } from '@causeway/db';
import type { Fact as PublishedFact, Publisher, QueuePlace } from '@causeway/events';
import type { Stamp } from '../clearing/stamps.ts';
import type { CoverMove } from '../cover/moves.ts';
import { refundColumns } from '../refunds/row.ts';
import { assignments, given, names } from './batch-sql.ts';
import { COVERED, checkCover, MOVE_COVER, moveColumns, moveRows } from './cover-sql.ts';
import type { Fact } from './facts.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';
import {
  type Column,
  changingColumns,
  fixedColumns,
  keyColumns,
  type PaymentRow,
  recordOf,
} from './row.ts';
import { checkSeals, NOT_SEALED, stampColumns, stampRows } from './seals-sql.ts';

/** A payment's first row, with the fact of those that end where they begin. */
export interface NewPayment {
  payment: PaymentRecord;
  fact: Fact | undefined;
  /** What it reserves of somebody's cover. */
  move?: CoverMove | undefined;
}

/** Whether a payment is new; one that cover was lacking for has not been written. */
export type Inserted = boolean | 'uncovered';

/** A decision to commit under the version before it, all of it or nothing. */
export interface Change {
  payment: PaymentRecord;
  fact: Fact | undefined;
  refund: RefundRecord | undefined;
  /** The clearing days that must still be open at its commit. */
  stamps: readonly Stamp[];
  /** What it reserves of somebody's cover, or gives back. */
  move?: CoverMove | undefined;
}

/**
 * What became of a change: committed, or not at all, since somebody else decided first, since a day
 * that it names is sealed, or since its slice has too little cover.
 */
export type Committed = 'done' | 'lost' | 'sealed' | 'uncovered';

/** What names a payment in the store. */
export interface PaymentKey {
  lane: number;
  paymentId: string;
}

/** A fact together with the payment it is about. */
interface FactRow {
  payment: PaymentRecord;
  fact: Fact;
}

const everyColumn = [...keyColumns, ...fixedColumns, ...changingColumns];

const factColumns: Column<FactRow>[] = [
  { name: 'lane', type: 'smallint', of: ({ payment }) => payment.lane },
  { name: 'payment_id', type: 'uuid', of: ({ payment }) => payment.paymentId },
  { name: 'version', type: 'integer', of: ({ payment }) => payment.version },
  { name: 'occurred_at', type: 'timestamptz', of: ({ payment }) => payment.updatedAt },
  { name: 'fact_id', type: 'uuid', of: ({ fact }) => fact.factId },
  { name: 'kind', type: 'text', of: ({ fact }) => fact.kind },
  { name: 'body', type: 'bytea', of: ({ fact }) => fact.body },
];

const keyOnly: Column<PaymentKey>[] = [
  { name: 'lane', type: 'smallint', of: (key) => key.lane },
  { name: 'payment_id', type: 'uuid', of: (key) => key.paymentId },
];

/**
 * Writes the facts ($2) of the rows in `done` to the history, and their keys to the queue for
 * publication: one row for all ($3 its lane, $4 its id, $5 how long it is claimed), since what
 * publishes them has them in memory.
 */
const RECORD_FACTS = `
  fact AS (${given('payment_fact_v1', factColumns, 2)}),
  history AS (
    INSERT INTO payment_facts (lane, payment_id, version, fact_id, kind, occurred_at, body)
    SELECT lane, payment_id, version, fact_id, kind, occurred_at, body
    FROM fact JOIN done USING (lane, payment_id)
  ),
  queue AS (
    INSERT INTO event_queue (lane, batch_id, lanes, about_ids, versions, available_at)
    SELECT $3::smallint, $4::uuid, array_agg(lane), array_agg(payment_id),
           array_agg(version), now() + $5::integer * interval '1 millisecond'
    FROM fact JOIN done USING (lane, payment_id) HAVING count(*) > 0
  )`;

/** A batch of which no payment is reserved for touches no slice. */
const insertSql = (isCovered: boolean) => `
  WITH new AS (${given('payment_v4', everyColumn, 1)}),
  ${isCovered ? `${checkCover(6)},` : ''}
  done AS (
    INSERT INTO payments (${names(everyColumn)})
    SELECT ${names(everyColumn)} FROM new
    ${isCovered ? `WHERE ${COVERED}` : ''}
    ON CONFLICT (lane, payment_id) DO NOTHING
    RETURNING lane, payment_id
  ),
  ${isCovered ? `${MOVE_COVER},` : ''}
  ${RECORD_FACTS}
  SELECT payment_id, 'done' AS outcome FROM done
  ${isCovered ? UNFIT : ''}`;

const UNFIT = "UNION ALL SELECT payment_id, 'uncovered' FROM unfit";
const INSERT = insertSql(false);
const INSERT_COVERED = insertSql(true);

// The row is there, so this is an update under the version before; a row that a restore of this
// database has lost is put back whole. As an upsert it finds every row by its key, where a plan for
// an update that was made on a small table would read all of a large one.
const commitSql = (isCovered: boolean) => `
  WITH change AS (${given('payment_v4', everyColumn, 1)}),
  ${checkSeals(7)},
  ${isCovered ? `${checkCover(8)},` : ''}
  done AS (
    INSERT INTO payments (${names(everyColumn)})
    SELECT ${names(everyColumn)} FROM change
    WHERE ${NOT_SEALED} ${isCovered ? `AND ${COVERED}` : ''}
    ON CONFLICT (lane, payment_id) DO UPDATE SET ${assignments(changingColumns)}
    WHERE payments.version = excluded.version - 1
    RETURNING lane, payment_id
  ),
  ${isCovered ? `${MOVE_COVER},` : ''}
  ${RECORD_FACTS},
  refund AS (${given('refund_v3', refundColumns, 6)}),
  refunded AS (
    INSERT INTO refunds (${names(refundColumns)})
    SELECT ${names(refundColumns, 'refund.')} FROM refund JOIN done USING (lane, payment_id)
    ON CONFLICT (lane, payment_id, refund_id) DO UPDATE SET
      state = excluded.state, due_at = excluded.due_at, updated_at = excluded.updated_at,
      acquirer_clearing_date = excluded.acquirer_clearing_date,
      issuer_clearing_date = excluded.issuer_clearing_date
  )
  SELECT payment_id, 'done' AS outcome FROM done
  UNION ALL SELECT payment_id, 'sealed' FROM met
  ${isCovered ? UNFIT : ''}`;

const COMMIT = commitSql(false);
const COMMIT_COVERED = commitSql(true);

const READ = `
  SELECT found.* FROM (${given('payment_key_v1', keyOnly, 1)}) AS asked
  CROSS JOIN LATERAL (
    SELECT ${names(everyColumn)} FROM payments
    WHERE payments.lane = asked.lane AND payments.payment_id = asked.payment_id OFFSET 0
  ) AS found`;

// A row that another replica is taking at this moment is skipped, not waited for. Orders whose time
// is over come apart from the rest: many may end at once, and none of them calls anybody.
const CLAIM = `
  UPDATE payments SET due_at = $1
  WHERE (lane, payment_id) IN (
    SELECT lane, payment_id FROM payments
    WHERE due_at <= $2 AND (step = 'AWAIT_PAYER') = $4
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
  )
  RETURNING ${names(everyColumn)}`;

// What a step owes it owes since the payment came to it; an order that waits owes nothing.
const OWED = `
  SELECT step, count(*)::integer AS count, min(since) AS oldest,
         (count(*) FILTER (WHERE since < $1))::integer AS "inDoubt"
    FROM (
      SELECT step, updated_at AS since FROM payments
       WHERE due_at IS NOT NULL AND step <> 'AWAIT_PAYER'
      UNION ALL
      SELECT 'REFUND', created_at FROM refunds WHERE due_at IS NOT NULL
    ) AS owed
   GROUP BY step`;

/** The effects of one kind that are owed. */
export interface OwedOfStep {
  /** What is owed next; REFUND of refunds. */
  step: string;
  count: number;
  oldest: Date;
  /** How many of them have been owed since before the moment that was asked for. */
  inDoubt: number;
}

/** Where the facts of a commit go. */
export type Outbox = Pick<Publisher, 'place' | 'publish'>;

/** All SQL on payments. The first three take batches and are called through `coalesce`. */
export class PaymentStore {
  /** @param outbox publishes the facts of each commit */
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Answers for each whether it is new; one that is not has changed nothing. */
  async insert(items: NewPayment[]): Promise<Inserted[]> {
    const rows = items.map(({ payment }) => payment);
    const moves = items.flatMap(moveRows);
    const { facts, place } = this.#factsOf(items);
    const parameters = [
      rowArray('payment_v4', rows, everyColumn),
      rowArray('payment_fact_v1', facts, factColumns),
      ...placeParameters(place),
    ];
    const answered =
      moves.length === 0
        ? await this.db.query<OutcomeRow>(INSERT, parameters)
        : await this.db.query<OutcomeRow>(INSERT_COVERED, [
            ...parameters,
            rowArray('cover_move_v1', moves, moveColumns),
          ]);
    const outcomes = this.#outcomes(facts, place, answered);
    return items.map(({ payment }) => {
      const outcome = outcomes.get(payment.paymentId);
      return outcome === 'uncovered' ? outcome : outcome === 'done';
    });
  }

  /**
   * Commits each whose version is still the one it was decided on, whose days are open and which its
   * slice covers.
   */
  async commit(items: Change[]): Promise<Committed[]> {
    const refunds = items.flatMap(({ refund }) => refund ?? []);
    const rows = items.map(({ payment }) => payment);
    const stamps = items.flatMap(stampRows);
    const moves = items.flatMap(moveRows);
    const { facts, place } = this.#factsOf(items);
    const parameters = [
      rowArray('payment_v4', rows, everyColumn),
      rowArray('payment_fact_v1', facts, factColumns),
      ...placeParameters(place),
      rowArray('refund_v3', refunds, refundColumns),
      rowArray('clearing_stamp_v1', stamps, stampColumns),
    ];
    const answered =
      moves.length === 0
        ? await this.db.query<OutcomeRow>(COMMIT, parameters)
        : await this.db.query<OutcomeRow>(COMMIT_COVERED, [
            ...parameters,
            rowArray('cover_move_v1', moves, moveColumns),
          ]);
    const outcomes = this.#outcomes(facts, place, answered);
    return items.map(({ payment }) => outcomes.get(payment.paymentId) ?? 'lost');
  }

  /** Answers each payment, undefined where there is none. */
  async read(keys: PaymentKey[]): Promise<(PaymentRecord | undefined)[]> {
    const asked = rowArray('payment_key_v1', keys, keyOnly);
    const rows = await this.db.query<PaymentRow>(READ, [asked]);
    const found = new Map(rows.map((row) => [row.payment_id, recordOf(row)]));
    return keys.map((key) => found.get(key.paymentId));
  }

  /** Leases payments whose step is overdue, so that one worker takes each up. */
  claimDue(now: Date, leaseUntil: Date, limit: number): Promise<PaymentRecord[]> {
    return this.#claim([leaseUntil, now, limit, false]);
  }

  /** Likewise orders that no payer confirmed in their time. */
  claimExpired(now: Date, leaseUntil: Date, limit: number): Promise<PaymentRecord[]> {
    return this.#claim([leaseUntil, now, limit, true]);
  }

  /** How many payments and refunds owe somebody something, and since when the oldest does. */
  owedSummary(doubtfulBefore: Date): Promise<OwedOfStep[]> {
    return this.db.query<OwedOfStep>(OWED, [doubtfulBefore]);
  }

  /** At most so many payments that owe somebody something, the longest first. */
  async owed(limit: number): Promise<PaymentRecord[]> {
    const rows = await this.db.query<PaymentRow>(
      `SELECT ${names(everyColumn)} FROM payments
       WHERE due_at IS NOT NULL AND step <> 'AWAIT_PAYER' ORDER BY updated_at LIMIT $1`,
      [limit],
    );
    return rows.map(recordOf);
  }

  /** How many orders of each partner wait for their payer. */
  async waitingOrders(): Promise<Map<string, number>> {
    const rows = await this.db.query<{ partner_id: string; count: bigint }>(
      `SELECT partner_id, count(*) AS count FROM payments
       WHERE step = 'AWAIT_PAYER' GROUP BY partner_id`,
      [],
    );
    return new Map(rows.map((row) => [row.partner_id, Number(row.count)]));
  }

  /** The facts of a payment in the order of their versions. */
  async facts(key: PaymentKey): Promise<FactSummaryRow[]> {
    return this.db.query<FactSummaryRow>(
      `SELECT fact_id, version, kind, occurred_at FROM payment_facts
       WHERE lane = $1 AND payment_id = $2 ORDER BY version LIMIT 2000`,
      [key.lane, key.paymentId],
    );
  }

  /** How many facts of a payment wait to be published, those of a replay among them. */
  async unpublished(key: PaymentKey): Promise<number> {
    const [row] = await this.db.query<{ count: bigint }>(
      `SELECT count(*) AS count FROM event_queue, unnest(about_ids) AS about (payment_id)
       WHERE about.payment_id = $1`,
      [key.paymentId],
    );
    return Number(row?.count ?? 0n);
  }

  async #claim(parameters: unknown[]): Promise<PaymentRecord[]> {
    const rows = await this.db.query<PaymentRow>(CLAIM, parameters);
    return rows.map(recordOf);
  }

  #factsOf(items: readonly (NewPayment | Change)[]): { facts: FactRow[]; place: QueuePlace } {
    const facts = items.flatMap(({ payment, fact }) => (fact ? [{ payment, fact }] : []));
    return { facts, place: this.outbox.place(facts[0]?.payment.lane ?? 0) };
  }

  /**
   * Hands over the facts of what was committed, and answers what became of each payment that
   * something is known of. Callers see to it that no payment stands in a batch twice.
   */
  #outcomes(
    facts: readonly FactRow[],
    place: QueuePlace,
    answered: readonly OutcomeRow[],
  ): Map<string, OutcomeRow['outcome']> {
    const outcomes = new Map(answered.map((row) => [row.payment_id, row.outcome]));
    const told = facts.filter(({ payment }) => outcomes.get(payment.paymentId) === 'done');
    this.outbox.publish(place, told.map(publishable));
    return outcomes;
  }
}

/** What a statement says of a payment; where it says nothing, somebody else was first. */
interface OutcomeRow {
  payment_id: string;
  outcome: Exclude<Committed, 'lost'>;
}

/** One row of a payment's history. */
export interface FactSummaryRow {
  fact_id: string;
  version: number;
  kind: string;
  occurred_at: Date;
}

function placeParameters({ lane, batchId, claimMs }: QueuePlace) {
  return [lane, batchId, claimMs];
}

function publishable({ payment, fact }: FactRow): PublishedFact {
  const { factId, subject, body, traceparent } = fact;
  const { lane } = payment;
  return { lane, factId, subject, payload: body, traceparent: traceparent || undefined };
}
