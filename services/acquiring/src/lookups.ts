import { coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import { type AgreementRow, agreementsOf } from './agreements/store.ts';
import { codesWithMerchants, type PlacedCode } from './codes/store.ts';
import { reached } from './own-tables.ts';

/** Reads one row by its id, while somebody still waits for it. */
export type Lookup<Row> = (id: string, deadlineMs: number) => Promise<Row | undefined>;

/** What payments and scans look up in the tables of this service. */
export interface Lookups {
  findCode: Lookup<PlacedCode>;
  findAgreement: Lookup<AgreementRow>;
}

/** The lookups on these tables. */
export function lookupsOf(db: Database, runtime: Runtime): Lookups {
  return {
    findCode: lookupOf({
      ...{ name: 'merchant codes', runtime },
      read: (ids) => codesWithMerchants(db, ids),
      idOf: ({ code }) => code.codeId,
    }),
    findAgreement: lookupOf({
      ...{ name: 'agreements', runtime },
      read: (ids) => agreementsOf(db, ids),
      idOf: ({ agreementId }) => agreementId,
    }),
  };
}

/**
 * Reads rows by their ids on the payments' path: whatever is asked for while the last statement is
 * on its way is asked for in one. Throws OVERLOADED, DEADLINE_PASSED, DEPENDENCY_UNAVAILABLE.
 */
function lookupOf<Row>(options: {
  name: string;
  runtime: Runtime;
  read(ids: string[]): Promise<Row[]>;
  idOf(row: Row): string;
}): Lookup<Row> {
  const { name, runtime, read, idOf } = options;
  const find = coalesce<string, Row | undefined>({
    ...{ name, runtime },
    async execute(ids) {
      const rows = await reached(() => read([...new Set(ids)]));
      const byId = new Map(rows.map((row) => [idOf(row), row]));
      return ids.map((id) => byId.get(id));
    },
  });
  return (id, deadlineMs) => find(id, { deadlineMs });
}
