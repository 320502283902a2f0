import { withClient } from '@causeway/deploy-local';
import { again } from './again.ts';

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

/** The keys of the two accounts that most transfers lately went between, the later one first. */
const BUSY_PAIR = `
  SELECT lane, account_id FROM (
    SELECT lane, unnest(ARRAY[debit_account_id, credit_account_id]) AS account_id
      FROM (SELECT lane, debit_account_id, credit_account_id FROM ledger_transfers
             ORDER BY random() LIMIT 1) AS one) AS pair
   ORDER BY lane DESC, account_id DESC`;
const LOCK = 'SELECT FROM ledger_accounts WHERE lane = $1 AND account_id = $2 FOR UPDATE';
const DEADLOCKS = `
  SELECT deadlocks::integer AS met FROM pg_stat_database WHERE datname = current_database()`;

/**
 * Locks pairs of accounts of a ledger in the wrong order, again and again: whoever posts between them
 * meanwhile waits in a circle. The server ends the circle at the cost of the others, since this
 * session waits longer before it looks. Answers how many deadlocks there were.
 */
export function deadlocksIn(url: string, forMs: number): Promise<number> {
  return withClient(url, async (client) => {
    const met = async () => (await client.query<{ met: number }>(DEADLOCKS)).rows[0]?.met ?? 0;
    await client.query("ALTER SYSTEM SET deadlock_timeout = '20ms'");
    await client.query('SELECT pg_reload_conf()');
    await client.query("SET deadlock_timeout = '20s'");
    const before = await met();
    await again({ forMs, everyMs: 5 }, async () => {
      const { rows } = await client.query<{ lane: number; account_id: string }>(BUSY_PAIR);
      await client.query('BEGIN');
      for (const { lane, account_id } of rows) {
        await client.query(LOCK, [lane, account_id]);
        // Time for somebody to lock the other one and to wait for this one.
        await client.query('SELECT pg_sleep(0.03)');
      }
      await client.query('ROLLBACK');
      return 0;
    });
    await client.query('ALTER SYSTEM RESET deadlock_timeout');
    await client.query('SELECT pg_reload_conf(), pg_stat_force_next_flush()');
    return (await met()) - before;
  });
}
