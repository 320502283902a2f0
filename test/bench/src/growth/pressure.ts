import { type Stack, withClient } from '@causeway/deploy-local';

/** What payments asked of Postgres, each on average. */
export interface Pressure {
  walKilobytes: number;
  /** Pages that were not in the server's own memory. */
  pagesRead: number;
  /** Transactions that did not commit: what lost to a rival and is made again. */
  rolledBack: number;
  /** Commits of all services. */
  committed: number;
}

/** What a server has done so far. */
type Counters = Record<'payments' | 'walBytes' | 'pagesRead' | 'rolledBack' | 'committed', bigint>;

type ServerRow = Record<Exclude<keyof Counters, 'payments'>, string>;

const PAYMENTS = `
  SELECT pg_stat_force_next_flush(), (
    SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'payments'
  ) AS payments`;

const SERVER = `
  SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS "walBytes",
         sum(blks_read)::bigint AS "pagesRead", sum(xact_rollback)::bigint AS "rolledBack",
         sum(xact_commit)::bigint AS committed
    FROM pg_stat_database`;

/** Runs something that makes payments, and says what each of them asked of Postgres. */
export async function pressureOf<T>(
  { databases }: Stack,
  work: () => Promise<T>,
): Promise<{ result: T; pressure: Pressure }> {
  return withClient(databases.routing ?? '', async (client) => {
    const read = async (): Promise<Counters> => {
      const { rows: payments } = await client.query<{ payments: string }>(PAYMENTS);
      const { rows: server } = await client.query<ServerRow>(SERVER);
      return {
        payments: BigInt(payments[0]?.payments ?? 0),
        walBytes: BigInt(server[0]?.walBytes ?? 0),
        pagesRead: BigInt(server[0]?.pagesRead ?? 0),
        rolledBack: BigInt(server[0]?.rolledBack ?? 0),
        committed: BigInt(server[0]?.committed ?? 0),
      };
    };
    const before = await read();
    const result = await work();
    const after = await read();
    const each = (of: (counters: Counters) => bigint) =>
      Number(of(after) - of(before)) / Math.max(1, Number(after.payments - before.payments));
    const pressure = {
      walKilobytes: each(({ walBytes }) => walBytes) / 1_024,
      pagesRead: each(({ pagesRead }) => pagesRead),
      rolledBack: each(({ rolledBack }) => rolledBack),
      committed: each(({ committed }) => committed),
    };
    return { result, pressure };
  });
}
