import { type Database, openDatabase } from '@causeway/db';
import { ISSUERS } from '@causeway/sandbox';
import type { World } from '../../../support/index.ts';

/** A service whose rows the judge reads. */
export type Owner = 'routing' | 'settlement' | 'acquiring' | 'fx' | 'wallets';

/** Reads rows of a service; of all wallet operators' where it is theirs. */
export type Read = <Row>(owner: Owner, sql: string, params?: readonly unknown[]) => Promise<Row[]>;

const STATEMENT_TIMEOUT_MS = 60_000;

/** Opens the databases of a stack for as long as `fn` runs. */
export async function withDatabases<T>(world: World, fn: (read: Read) => Promise<T>): Promise<T> {
  const open = new Map<string, Database>();
  const of = (service: string): Database => {
    const known = open.get(service);
    if (known !== undefined) return known;
    const url = world.stack.databases[service];
    if (url === undefined) throw new Error(`this stack has no database of ${service}`);
    const db = openDatabase({
      ...{ url, runtime: world.runtime, maxConnections: 1 },
      ...{ applicationName: 'causeway-faults', statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    });
    open.set(service, db);
    return db;
  };
  try {
    return await fn(async (owner, sql, params = []) => {
      const services = owner === 'wallets' ? ISSUERS.map(({ service }) => service) : [owner];
      const rows = await Promise.all(services.map((service) => of(service).query(sql, params)));
      return rows.flat() as never[];
    });
  } finally {
    await Promise.all([...open.values()].map((db) => db.close()));
  }
}
