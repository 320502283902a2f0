import type { Database } from '@causeway/db';
import type { Fact, FactKey } from '@causeway/events';
import { subjectOf } from '../payments/facts.ts';
import { factRows } from './store.ts';

/** Facts of the history as they are published; the trace that made them is not kept. */
export async function factsNamed(db: Database, keys: readonly FactKey[]): Promise<Fact[]> {
  const rows = await factRows(db, keys);
  return rows.map(({ lane, factId, kind, body }) => {
    return { lane, factId, subject: subjectOf(kind), payload: body };
  });
}
