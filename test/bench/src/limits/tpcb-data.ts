import { withClient } from '@causeway/deploy-local';

/** As many accounts as pgbench makes at its scale 1. */
const ACCOUNTS_PER_SCALE = 100_000;
const TELLERS_PER_SCALE = 10;
/** Rows of one INSERT: large enough to be quick, small enough to be stopped. */
const ROWS_AT_ONCE = 500_000;

/** How much there is of everything at a scale. */
export function sizesAt(scale: number) {
  return {
    branches: scale,
    tellers: scale * TELLERS_PER_SCALE,
    accounts: scale * ACCOUNTS_PER_SCALE,
  };
}

const TABLES = `
  CREATE TABLE pgbench_history
    (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
  CREATE TABLE pgbench_tellers
    (tid int NOT NULL, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100);
  CREATE TABLE pgbench_accounts
    (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor = 100);
  CREATE TABLE pgbench_branches
    (bid int NOT NULL, bbalance int, filler char(88)) WITH (fillfactor = 100);`;

const KEYS = `
  SET maintenance_work_mem = '512MB';
  ALTER TABLE pgbench_branches ADD PRIMARY KEY (bid);
  ALTER TABLE pgbench_tellers ADD PRIMARY KEY (tid);
  ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid);`;

/** Makes the tables that pgbench makes, with the same rows, in an empty database. */
export async function makeTpcbData(url: string, scale: number): Promise<void> {
  const { branches, tellers, accounts } = sizesAt(scale);
  await withClient(url, async (client) => {
    await client.query(TABLES);
    await client.query(
      `INSERT INTO pgbench_branches SELECT n, 0, '' FROM generate_series(1, $1::int) n`,
      [branches],
    );
    await client.query(
      `INSERT INTO pgbench_tellers
       SELECT n, (n - 1) / ${TELLERS_PER_SCALE} + 1, 0, '' FROM generate_series(1, $1::int) n`,
      [tellers],
    );
    await makeAccounts(url, accounts);
    await client.query(KEYS);
    await client.query('VACUUM ANALYZE');
  });
}

/** Over two connections, since a backend uses one core. */
async function makeAccounts(url: string, accounts: number): Promise<void> {
  let first = 1;
  const make = () =>
    withClient(url, async (client) => {
      while (first <= accounts) {
        const from = first;
        first += ROWS_AT_ONCE;
        await client.query(
          `INSERT INTO pgbench_accounts
           SELECT n, (n - 1) / ${ACCOUNTS_PER_SCALE} + 1, 0, ''
           FROM generate_series($1::int, $2::int) n`,
          [from, Math.min(from + ROWS_AT_ONCE - 1, accounts)],
        );
      }
    });
  await Promise.all([make(), make()]);
}

/** Whether what the accounts, tellers, branches and the history say is one sum. */
export async function tpcbSumsAgree(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ agree: boolean }>(`
      SELECT a = t AND t = b AND b = h AS agree FROM
        (SELECT sum(abalance) AS a FROM pgbench_accounts) a,
        (SELECT sum(tbalance) AS t FROM pgbench_tellers) t,
        (SELECT sum(bbalance) AS b FROM pgbench_branches) b,
        (SELECT coalesce(sum(delta), 0) AS h FROM pgbench_history) h`);
    return rows[0]?.agree === true;
  });
}
