import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@causeway/deploy-local';

/** When a conflict shows: at the statement that writes, or only when all is committed. */
export type ConflictAt = 'statement' | 'commit';

/**
 * Fails every n-th write, told by a sequence, which no rollback takes back, so that how often it did
 * can be read afterwards. 40001 is what Postgres itself says to a writer whom another overtook.
 */
const failing = (table: string, at: ConflictAt, every: number) => `
  CREATE SEQUENCE fault_writes_${table};
  CREATE SEQUENCE fault_conflicts_${table};
  CREATE FUNCTION fault_conflict_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('fault_writes_${table}') % ${every} = 0 THEN
      PERFORM nextval('fault_conflicts_${table}');
      RAISE EXCEPTION 'forced by a fault' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NULL;
  END $$;
  CREATE ${at === 'commit' ? 'CONSTRAINT ' : ''}TRIGGER fault_conflict
    AFTER INSERT OR UPDATE ON ${table} ${at === 'commit' ? 'DEFERRABLE INITIALLY DEFERRED' : ''}
    FOR EACH ${at === 'commit' ? 'ROW' : 'STATEMENT'}
    EXECUTE FUNCTION fault_conflict_${table}();`;

const lifting = (table: string) => `
  DROP TRIGGER fault_conflict ON ${table};
  DROP FUNCTION fault_conflict_${table}();
  DROP SEQUENCE fault_writes_${table};
  DROP SEQUENCE fault_conflicts_${table};`;

/** Serialization failures on a table. */
export interface Conflicts {
  /** Lifts them, and answers how many there were. */
  lift(): Promise<number>;
}

/** Makes every n-th write to a table a serialization failure, until it is lifted. */
export async function conflictsOn(
  url: string,
  { table, at, every }: { table: string; at: ConflictAt; every: number },
): Promise<Conflicts> {
  await withClient(url, (client) => client.query(failing(table, at, every)));
  return {
    lift: () =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ met: string; called: boolean }>(
          `SELECT last_value AS met, is_called AS called FROM fault_conflicts_${table}`,
        );
        await client.query(lifting(table));
        return rows[0]?.called ? Number(rows[0].met) : 0;
      }),
  };
}

/** Somebody who waits for a lock that this session has. */
const WAITS = `
  SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1`;
const DEADLOCKS = `
  SELECT deadlocks::integer AS deadlocks FROM pg_stat_database WHERE datname = current_database()`;
const LOOK_EVERY_MS = 10;

/**
 * Locks the account of a wallet, waits until a service that has locked the wallet comes for it, and comes
 * for the wallet itself: both wait in a circle. The server ends it at the cost of the service, since this
 * session waits longer before it looks. Answers whether anybody came in time.
 *
 * @param url a wallet operator's database
 */
export function waitInCircle(url: string, walletId: string, withinMs: number): Promise<boolean> {
  return withClient(url, async (client) => {
    const has = async (sql: string) => ((await client.query(sql)).rowCount ?? 0) > 0;
    await client.query("SET deadlock_timeout = '20s'");
    await client.query('BEGIN');
    await client.query('SELECT FROM ledger_accounts WHERE account_id = $1 FOR UPDATE', [walletId]);
    const giveUpAtMs = performance.now() + withinMs;
    while (!(await has(WAITS))) {
      if (performance.now() > giveUpAtMs) return false;
      await sleep(LOOK_EVERY_MS);
    }
    await client.query('SELECT FROM wallets WHERE wallet_id = $1 FOR UPDATE', [walletId]);
    await client.query('ROLLBACK');
    return true;
  });
}

/** How many circles a database has ended since its server started, as it counts them itself. */
export function deadlocksIn(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ deadlocks: number }>(DEADLOCKS);
    return rows[0]?.deadlocks ?? 0;
  });
}
