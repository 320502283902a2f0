import type { Database } from '@causeway/db';
import type { FactKind } from '../payments/machine.ts';

/** One fact as the history keeps it. */
export interface FactRow {
  lane: number;
  payment_id: string;
  version: number;
  fact_id: string;
  kind: FactKind;
  occurred_at: Date;
  /** An encoded PaymentFact. */
  body: Buffer;
}

const PAGE = `
  SELECT lane, payment_id, version, fact_id, kind, occurred_at, body FROM payment_facts
  WHERE (lane, payment_id, version) > ($1::smallint, $2::uuid, $3::integer)
  ORDER BY lane, payment_id, version LIMIT $4`;

const PAGE_SIZE = 500;
const BEFORE_ALL = { lane: -1, payment_id: '00000000-0000-0000-0000-000000000000', version: 0 };

/** The whole history, a page at a time, in the order of its key. */
export async function* factPages(db: Database): AsyncGenerator<readonly FactRow[]> {
  let { lane, payment_id, version } = BEFORE_ALL;
  for (;;) {
    const page = await db.query<FactRow>(PAGE, [lane, payment_id, version, PAGE_SIZE]);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    ({ lane, payment_id, version } = last);
  }
}
