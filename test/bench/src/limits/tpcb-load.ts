import { systemRuntime } from '@causeway/runtime';
import { closedLoop, type Loop, type Looped } from '../measure/closed-loop.ts';
import { sizesAt } from './tpcb-data.ts';
import { Message, type PreparedStatement, Wire } from './wire.ts';

/** Which database, and how much is in it. */
export interface TpcbLoad extends Loop {
  url: string;
  scale: number;
}

const LARGEST_DELTA = 5_000;

/** The statements of pgbench's own script, each prepared once per connection. */
const statement = (name: string, parameters: number, text: string): PreparedStatement => ({
  name,
  text,
  parameters,
});
const SCRIPT = {
  begin: statement('begin', 0, 'BEGIN'),
  account: statement(
    'account',
    2,
    'UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2',
  ),
  balance: statement('balance', 1, 'SELECT abalance FROM pgbench_accounts WHERE aid = $1'),
  teller: statement(
    'teller',
    2,
    'UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2',
  ),
  branch: statement(
    'branch',
    2,
    'UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2',
  ),
  history: statement(
    'history',
    4,
    `INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)
     VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)`,
  ),
  end: statement('end', 0, 'END'),
};

const { clock, random } = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const open = new Map<string, Client[]>();

/** As many connections as transactions in flight, each with one transaction after the other. */
export async function loadTpcb(load: TpcbLoad): Promise<Looped> {
  const clients = open.get(load.url) ?? (await connect(load));
  open.set(load.url, clients);
  const free = [...clients];
  const { perSecond, latency } = await closedLoop(clock, load.inFlight, load.seconds, async () => {
    const client = free.pop();
    if (client === undefined) throw new Error('more transactions in flight than connections');
    await client.transact();
    free.push(client);
    return 1;
  });
  return { perSecond, latency: latency.toData() };
}

function connect({ url, inFlight, scale }: TpcbLoad): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: inFlight }, async () => {
      const wire = await Wire.open(url, Object.values(SCRIPT));
      return new Client(wire, sizesAt(scale));
    }),
  );
}

/** One connection. It waits for the answer of each statement, as pgbench does. */
class Client {
  readonly #begin = new Message(SCRIPT.begin);
  readonly #account = new Message(SCRIPT.account);
  readonly #balance = new Message(SCRIPT.balance);
  readonly #teller = new Message(SCRIPT.teller);
  readonly #branch = new Message(SCRIPT.branch);
  readonly #history = new Message(SCRIPT.history);
  readonly #end = new Message(SCRIPT.end);

  constructor(
    private readonly wire: Wire,
    private readonly sizes: ReturnType<typeof sizesAt>,
  ) {}

  async transact(): Promise<void> {
    const { wire, sizes } = this;
    const account = oneOf(sizes.accounts);
    const teller = oneOf(sizes.tellers);
    const branch = oneOf(sizes.branches);
    const delta = oneOf(2 * LARGEST_DELTA + 1) - LARGEST_DELTA - 1;
    await wire.run(this.#begin);
    await wire.run(this.#account.with(delta, account));
    await wire.run(this.#balance.with(account));
    await wire.run(this.#teller.with(delta, teller));
    await wire.run(this.#branch.with(delta, branch));
    await wire.run(this.#history.with(teller, branch, account, delta));
    await wire.run(this.#end);
  }
}

/** A whole number from 1 to `count`. */
function oneOf(count: number): number {
  return 1 + Math.floor(random.unit() * count);
}
