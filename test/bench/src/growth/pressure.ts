import { type Stack, withClient } from '@causeway/deploy-local';

/** What payments asked of Postgres, each on average. */
export interface Pressure {
  walKilobytes: number;
  /** Pages that were not in the server's own memory. */
  pagesRead: number;
}

/** What a server has done so far. */
interface Counters {
  payments: bigint;
  walBytes: bigint;
  pagesRead: bigint;
}

const PAYMENTS = `
  SELECT pg_stat_force_next_flush(), (
    SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'payments'
  ) AS payments`;

const SERVER = `
  SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS "walBytes",
         (SELECT sum(blks_read)::bigint FROM pg_stat_database) AS "pagesRead"`;

/** Runs something that makes payments, and says what each of them asked of Postgres. */
export async function pressureOf<T>(
  { databases }: Stack,
  work: () => Promise<T>,
): Promise<{ result: T; pressure: Pressure }> {
  return withClient(databases.routing ?? '', async (client) => {
    const read = async (): Promise<Counters> => {
      const { rows: payments } = await client.query<{ payments: string }>(PAYMENTS);
      const { rows: server } = await client.query<Record<'walBytes' | 'pagesRead', string>>(SERVER);
      return {
        payments: BigInt(payments[0]?.payments ?? 0),
        walBytes: BigInt(server[0]?.walBytes ?? 0),
        pagesRead: BigInt(server[0]?.pagesRead ?? 0),
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
    };
    return { result, pressure };
  });
}
