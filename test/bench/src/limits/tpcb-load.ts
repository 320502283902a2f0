import { systemRuntime } from '@causeway/runtime';
import pg from 'pg';
import { closedLoop, type Loop, type Looped } from '../measure/closed-loop.ts';
import { sizesAt } from './tpcb-data.ts';

/** Which database, and how much is in it. */
export interface TpcbLoad extends Loop {
  url: string;
  scale: number;
}

const LARGEST_DELTA = 5_000;

/** The statements of pgbench's own script, prepared once per connection. */
const STATEMENTS = {
  account: 'UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2',
  balance: 'SELECT abalance FROM pgbench_accounts WHERE aid = $1',
  teller: 'UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2',
  branch: 'UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2',
  history: `INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)
            VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)`,
};

const { clock, random } = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const pools = new Map<string, pg.Client[]>();

/** As many connections as transactions in flight, each with one transaction after the other. */
export async function loadTpcb(load: TpcbLoad): Promise<Looped> {
  const clients = pools.get(load.url) ?? (await connect(load));
  pools.set(load.url, clients);
  const free = [...clients];
  const sizes = sizesAt(load.scale);
  const { perSecond, latency } = await closedLoop(clock, load.inFlight, load.seconds, async () => {
    const client = free.pop();
    if (client === undefined) throw new Error('more transactions in flight than connections');
    await transact(client, sizes);
    free.push(client);
    return 1;
  });
  return { perSecond, latency: latency.toData() };
}

async function connect({ url, inFlight }: TpcbLoad): Promise<pg.Client[]> {
  const clients = Array.from({ length: inFlight }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  return clients;
}

async function transact(client: pg.Client, sizes: ReturnType<typeof sizesAt>): Promise<void> {
  const account = oneOf(sizes.accounts);
  const teller = oneOf(sizes.tellers);
  const branch = oneOf(sizes.branches);
  const delta = oneOf(2 * LARGEST_DELTA + 1) - LARGEST_DELTA - 1;
  const run = (name: keyof typeof STATEMENTS, values: number[]) =>
    client.query({ name, text: STATEMENTS[name], values });
  await client.query('BEGIN');
  await run('account', [delta, account]);
  await run('balance', [account]);
  await run('teller', [delta, teller]);
  await run('branch', [delta, branch]);
  await run('history', [teller, branch, account, delta]);
  await client.query('END');
}

/** A whole number from 1 to `count`. */
function oneOf(count: number): number {
  return 1 + Math.floor(random.unit() * count);
}
