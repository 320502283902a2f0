import { databaseUrl, withClient } from '@causeway/deploy-local';
import { again } from './again.ts';

/** Whom it meets is the server's own chance: no seed decides who is inside a transaction at a moment. */
const TERMINATE = `
  SELECT count(*)::integer AS ended FROM (
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname LIKE 'causeway\\_%' AND pid <> pg_backend_pid()
       AND xact_start IS NOT NULL AND random() < $1) AS terminated`;

/**
 * Ends sessions of the services in the middle of their transactions, each with this probability at
 * each look, for a time. Answers how many were met.
 *
 * @param url any database of the server
 */
export function endTransactions(
  url: string,
  { forMs, share }: { forMs: number; share: number },
): Promise<number> {
  return withClient(databaseUrl(url, 'postgres'), (client) =>
    again({ forMs, everyMs: 15 }, async () => {
      const { rows } = await client.query<{ ended: number }>(TERMINATE, [share]);
      return rows[0]?.ended ?? 0;
    }),
  );
}

const LEFT_OPEN = `
  SELECT datname || ': ' || coalesce(query, '') AS what FROM pg_stat_activity
   WHERE datname LIKE 'causeway\\_%' AND state = 'idle in transaction'
     AND state_change < clock_timestamp() - interval '5 seconds'`;

/** Transactions of services that were left open, in words; empty where nothing leaks. */
export function transactionsLeftOpen(url: string): Promise<string[]> {
  return withClient(databaseUrl(url, 'postgres'), async (client) => {
    const { rows } = await client.query<{ what: string }>(LEFT_OPEN);
    return rows.map(({ what }) => what);
  });
}
