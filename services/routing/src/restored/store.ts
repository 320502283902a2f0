import { type Database, rowArray } from '@causeway/db';
import { assignments, given, names } from '../payments/batch-sql.ts';
import type { FactKind } from '../payments/machine/types.ts';
import type { PaymentRecord, RefundRecord } from '../payments/record.ts';
import { type Column, changingColumns, fixedColumns, keyColumns } from '../payments/row.ts';
import type { PaymentKey } from '../payments/store.ts';
import { refundColumns } from '../refunds/row.ts';

/** A fact as it goes into the history again. */
export interface LostFact extends PaymentKey {
  version: number;
  occurredAt: Date;
  factId: string;
  kind: FactKind;
  body: Uint8Array;
}

const everyColumn = [...keyColumns, ...fixedColumns, ...changingColumns];

const factColumns: Column<LostFact>[] = [
  { name: 'lane', type: 'smallint', of: (f) => f.lane },
  { name: 'payment_id', type: 'uuid', of: (f) => f.paymentId },
  { name: 'version', type: 'integer', of: (f) => f.version },
  { name: 'occurred_at', type: 'timestamptz', of: (f) => f.occurredAt },
  { name: 'fact_id', type: 'uuid', of: (f) => f.factId },
  { name: 'kind', type: 'text', of: (f) => f.kind },
  { name: 'body', type: 'bytea', of: (f) => f.body },
];

// A payment that this database has at a later version than the fact says is left as it is.
const TAKE_UP = `
  WITH lost AS (${given('payment_v4', everyColumn, 1)}),
  put AS (
    INSERT INTO payments (${names(everyColumn)}) SELECT ${names(everyColumn)} FROM lost
    ON CONFLICT (lane, payment_id) DO UPDATE SET ${assignments(changingColumns)}
    WHERE payments.version < excluded.version
    RETURNING payment_id
  )
  SELECT count(*) AS count FROM put`;

const TAKE_UP_FACTS = `
  WITH lost AS (${given('payment_fact_v1', factColumns, 1)}),
  put AS (
    INSERT INTO payment_facts (${names(factColumns)}) SELECT ${names(factColumns)} FROM lost
    ON CONFLICT (lane, payment_id, version) DO NOTHING
    RETURNING payment_id
  )
  SELECT count(*) AS count FROM put`;

const TAKE_UP_REFUNDS = `
  INSERT INTO refunds (${names(refundColumns)})
  SELECT ${names(refundColumns)} FROM unnest($1::refund_v3[]) AS given (${names(refundColumns)})
  ON CONFLICT (lane, payment_id, refund_id) DO UPDATE SET
    state = excluded.state, due_at = excluded.due_at, updated_at = excluded.updated_at,
    acquirer_clearing_date = excluded.acquirer_clearing_date,
    issuer_clearing_date = excluded.issuer_clearing_date
  WHERE refunds.state = 'PENDING' AND excluded.state = 'SUCCEEDED'`;

/** All SQL on what a restore of this database has lost. */
export class RestorationStore {
  constructor(private readonly db: Database) {}

  /** Whether the database was restored and the facts of the time since are not taken up yet. */
  async isOpen(): Promise<boolean> {
    const [row] = await this.db.query<{ open: boolean }>(
      'SELECT EXISTS (SELECT FROM restorations WHERE taken_up_at IS NULL) AS open',
      [],
    );
    return row?.open ?? false;
  }

  /** When the latest fact of the history was committed; undefined where there is none. */
  async latestFactAt(): Promise<Date | undefined> {
    const [row] = await this.db.query<{ at: Date | null }>(
      'SELECT max(occurred_at) AS at FROM payment_facts',
      [],
    );
    return row?.at ?? undefined;
  }

  /** Puts back what was lost, each payment and refund once. Answers how much was. */
  async takeUp(
    payments: readonly PaymentRecord[],
    refunds: readonly RefundRecord[],
    facts: readonly LostFact[],
  ): Promise<{ payments: number; facts: number }> {
    return this.db.transaction(async (tx) => {
      const put = await tx.query<CountRow>(TAKE_UP, [
        rowArray('payment_v4', payments, everyColumn),
      ]);
      await tx.query(TAKE_UP_REFUNDS, [rowArray('refund_v3', refunds, refundColumns)]);
      const told = await tx.query<CountRow>(TAKE_UP_FACTS, [
        rowArray('payment_fact_v1', facts, factColumns),
      ]);
      return { payments: Number(put[0]?.count ?? 0n), facts: Number(told[0]?.count ?? 0n) };
    });
  }

  /** Notes that everything that others had is taken up. */
  async close(found: { payments: number; facts: number }): Promise<void> {
    await this.db.query(
      `UPDATE restorations SET taken_up_at = now(), facts = $1, payments = $2
       WHERE taken_up_at IS NULL`,
      [found.facts, found.payments],
    );
  }
}

interface CountRow {
  count: bigint;
}
