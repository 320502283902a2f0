import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withClient } from '@causeway/deploy-local';
import type { TestStack } from '@causeway/testing';
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

/**
 * Locks every account, one after the other, from the last to the first: services go the other way. Not
 * lane by lane, where the few accounts of one would be held together for a moment only.
 */
const LOCK_BACKWARDS = `
  DO $$ DECLARE k record; BEGIN
    FOR k IN SELECT lane, account_id FROM ledger_accounts ORDER BY account_id DESC LOOP
      PERFORM FROM ledger_accounts WHERE lane = k.lane AND account_id = k.account_id FOR UPDATE;
      PERFORM pg_sleep(0.003);
    END LOOP;
  END $$`;

/**
 * Locks the accounts of a ledger in the wrong order, again and again: whoever posts between two of
 * them meanwhile waits in a circle. The server ends the circle at the cost of the others, since this
 * session waits longer before it looks.
 */
export function waitInCircles(url: string, forMs: number): Promise<void> {
  return withClient(url, async (client) => {
    await client.query("ALTER SYSTEM SET deadlock_timeout = '20ms'");
    await client.query('SELECT pg_reload_conf()');
    await client.query("SET deadlock_timeout = '20s'");
    await again({ forMs, everyMs: 20 }, async () => {
      await client.query(LOCK_BACKWARDS);
      return 0;
    });
    await client.query('ALTER SYSTEM RESET deadlock_timeout');
    await client.query('SELECT pg_reload_conf()');
  });
}

const DEADLOCK = '"code":"40P01"';

/** How often a service has repeated a transaction because of a deadlock, by its log. */
export function deadlocksOf({ state }: TestStack, service: string): number {
  const log = readFileSync(join(state, 'logs', `${service}.log`), 'utf8');
  return log.split('\n').filter((line) => line.includes(DEADLOCK)).length;
}
