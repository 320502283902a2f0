import { type Database, openDatabase, type Tx } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';

/** What a database holds books of. */
export type SourceKind = 'wallet' | 'routing' | 'settlement' | 'fx';

/** One database to verify. */
export interface SourceAddress {
  kind: SourceKind;
  /** The instance it belongs to; for a wallet, the issuer id. */
  name: string;
  url: string;
}

// One moment of a database, however long the reading takes; the SELECT is what takes it. Services
// plan for single rows by index, a verification reads whole tables.
const SNAPSHOT = `
  SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = auto; SET LOCAL work_mem = '64MB';
  SELECT 1`;
const STATEMENT_TIMEOUT_MS = 30 * 60_000;
const FETCH = 2_000;

/** One database seen at one moment, with a count of what was read of it. */
export class Snapshot {
  rowsRead = 0;

  constructor(
    readonly address: SourceAddress,
    private readonly tx: Tx,
  ) {}

  /** All rows of a statement that answers few. */
  async all<Row>(sql: string): Promise<Row[]> {
    return this.tx.query<Row>(sql);
  }

  /** The rows of a statement that may answer millions, a page at a time. */
  async *each<Row>(cursor: string, sql: string): AsyncGenerator<Row> {
    await this.tx.query(`DECLARE ${cursor} CURSOR FOR ${sql}`);
    for (;;) {
      const page = await this.tx.query<Row>(`FETCH ${FETCH} FROM ${cursor}`);
      yield* page;
      if (page.length < FETCH) break;
    }
    await this.tx.query(`CLOSE ${cursor}`);
  }
}

// Money is taken after the switch recorded its intent and booked after the switch recorded the
// outcome. Seen in this order, no wallet has a payment that the switch does not know of yet.
const ORDER: readonly SourceKind[] = ['wallet', 'routing', 'settlement', 'fx'];

/** Opens a snapshot of every database, all within milliseconds, and runs `fn` on them. */
export async function withSnapshots<T>(
  addresses: readonly SourceAddress[],
  runtime: Runtime,
  fn: (snapshots: Snapshot[]) => Promise<T>,
): Promise<T> {
  const ordered = addresses.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const databases = ordered.map((address) => open(address, runtime));
  try {
    // A connection takes longer to open than a snapshot, so all are opened first.
    await Promise.all(databases.map((db) => db.query('SELECT 1')));
    return await nested(ordered, databases, [], fn);
  } finally {
    await Promise.all(databases.map((db) => db.close()));
  }
}

function open({ url }: SourceAddress, runtime: Runtime): Database {
  return openDatabase({
    url,
    runtime,
    maxConnections: 1,
    applicationName: 'causeway-verifier',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
}

/** Each transaction is opened inside the one before, so that all are open at once. */
async function nested<T>(
  addresses: readonly SourceAddress[],
  databases: readonly Database[],
  open: Snapshot[],
  fn: (snapshots: Snapshot[]) => Promise<T>,
): Promise<T> {
  const address = addresses[open.length];
  const db = databases[open.length];
  if (!address || !db) return fn(open);
  return db.transaction(async (tx) => {
    await tx.query(SNAPSHOT);
    return nested(addresses, databases, [...open, new Snapshot(address, tx)], fn);
  });
}
