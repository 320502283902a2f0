import { type Database, type RowColumn, rowArray } from '@causeway/db';
import type { FactKey } from '@causeway/events';
import type { FactKind } from '../payments/machine/types.ts';

/** The key of a fact, and when it was committed. */
export interface DatedKey extends FactKey {
  occurredAt: Date;
}

const PAGE = `
  SELECT lane, payment_id AS "aboutId", version, occurred_at AS "occurredAt" FROM payment_facts
  WHERE (lane, payment_id, version) > ($1::smallint, $2::uuid, $3::integer)
  ORDER BY lane, payment_id, version LIMIT $4`;

const PAGE_SIZE = 500;
const BEFORE_ALL = { lane: -1, aboutId: '00000000-0000-0000-0000-000000000000', version: 0 };

/** The keys of the whole history, a page at a time, in their order. */
export async function* factPages(db: Database): AsyncGenerator<readonly DatedKey[]> {
  let { lane, aboutId, version }: FactKey = BEFORE_ALL;
  for (;;) {
    const page = await db.query<DatedKey>(PAGE, [lane, aboutId, version, PAGE_SIZE]);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    ({ lane, aboutId, version } = last);
  }
}

const BODIES = `
  SELECT lane, payment_id AS "aboutId", version, body FROM payment_facts
  WHERE (lane, payment_id, version) > ($1::smallint, $2::uuid, $3::integer)
  ORDER BY lane, payment_id, version LIMIT $4`;

/** Facts are a few kilobytes at most, so a page is well below the largest frame. */
const BODIES_PAGE = 200;

/** The whole history as it was published, a page at a time, in the order of the keys. */
export async function* bodyPages(db: Database): AsyncGenerator<readonly Buffer[]> {
  let { lane, aboutId, version }: FactKey = BEFORE_ALL;
  for (;;) {
    const params = [lane, aboutId, version, BODIES_PAGE];
    const page = await db.query<FactKey & { body: Buffer }>(BODIES, params);
    if (page.length > 0) yield page.map(({ body }) => body);
    const last = page.at(-1);
    if (last === undefined || page.length < BODIES_PAGE) return;
    ({ lane, aboutId, version } = last);
  }
}

/** A fact as the history keeps it. */
export interface FactRow {
  lane: number;
  factId: string;
  kind: FactKind;
  /** An encoded PaymentFact. */
  body: Buffer;
}

// Looked up by whole key, whatever a plan made on a small table would think of it.
const NAMED = `
  SELECT found.* FROM unnest($1::payment_fact_key_v1[]) AS asked
  CROSS JOIN LATERAL (
    SELECT lane, fact_id AS "factId", kind, body FROM payment_facts fact
    WHERE fact.lane = asked.lane AND fact.payment_id = asked.payment_id
      AND fact.version = asked.version OFFSET 0
  ) AS found`;

const KEY_COLUMNS: RowColumn<FactKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ aboutId }) => aboutId },
  { type: 'integer', of: ({ version }) => version },
];

/** The facts that these keys name, in no particular order; what is not there is left out. */
export function factRows(db: Database, keys: readonly FactKey[]): Promise<FactRow[]> {
  return db.query(NAMED, [rowArray('payment_fact_key_v1', keys, KEY_COLUMNS)]);
}
