/**
 * How fast the ledger posts, for the ratios within one run: batches against one transaction per
 * transfer, and a hot account against accounts spread evenly. The cases take turns, so that
 * whatever else the machine does slows all of them alike; the median of the rounds is shown.
 *
 *   npm run bench -w libs/ledger -- postgres://...     (an empty database)
 */
import { type Database, migrate, openDatabase } from '@causeway/db';
import { systemRuntime, uuidFrom } from '@causeway/runtime';
import { applyTransfers, ledgerSql, openAccounts, type Transfer } from './src/index.ts';

const WALLETS = 10_000;
const ROUNDS = 7;
const ROUND_MS = 1_000;
const IN_FLIGHT = 32;

const runtime = systemRuntime({ service: 'ledger-bench', logLevel: 'warn' });
const url = process.argv[2];
if (url === undefined) throw new Error('usage: node ledger-bench.mjs <database url>');
const db = openDatabase({ url, runtime, maxConnections: IN_FLIGHT });

const wallet = (n: number) => uuidFrom('bench.wallet', String(n));
const hotAccount = uuidFrom('bench.hot');
const poorAccount = uuidFrom('bench.poor');
let made = 0;

/** What the next transfer looks like; `n` counts up. */
type Load = (n: number) => Transfer;

function transfer(n: number, change: Partial<Transfer>): Transfer {
  const debit = Math.trunc(runtime.random.unit() * WALLETS);
  return {
    lane: 0,
    transferId: uuidFrom('bench.transfer', String(n)),
    kind: 'post',
    debit: wallet(debit),
    credit: wallet((debit + 1 + Math.trunc(runtime.random.unit() * (WALLETS - 1))) % WALLETS),
    currencyCode: 'HKD',
    amountMinor: 100n,
    code: 'payment',
    reference: uuidFrom('bench.payment', String(n)),
    ...change,
  };
}

const uniform: Load = (n) => transfer(n, {});
const hot: Load = (n) => transfer(n, { credit: hotAccount });
const hotRejects: Load = (n) => (n % 100 ? hot(n) : transfer(n, { debit: poorAccount }));
const hotDuplicates: Load = (n) => hot(n % 100 ? n : n - 1 - (n % 1_000));

async function open(): Promise<void> {
  await migrate(db, [{ name: '0001_ledger', sql: ledgerSql }]);
  const account = { lane: 0, owner: 'bench', currencyCode: 'HKD', normalSide: 'credit' } as const;
  const wallets = Array.from({ length: WALLETS }, (_, n) => ({
    ...account,
    accountId: wallet(n),
    code: 'wallet',
    mayGoNegative: true,
  }));
  const others = [
    { ...account, accountId: hotAccount, code: 'payable', mayGoNegative: true },
    { ...account, accountId: poorAccount, code: 'poor', mayGoNegative: false },
  ];
  await db.transaction((tx) => openAccounts(tx, [...wallets, ...others]));
}

/** One writer that posts batch after batch. Answers transfers per second. */
async function batched(database: Database, size: number, load: Load): Promise<number> {
  return perSecond(async () => {
    const batch = Array.from({ length: size }, () => load(made++));
    await database.transaction((tx) => applyTransfers(tx, batch));
    return size;
  });
}

/** As many writers as calls in flight, each with a transaction of its own per transfer. */
async function oneByOne(database: Database, load: Load): Promise<number> {
  const rates = await Promise.all(
    Array.from({ length: IN_FLIGHT }, () =>
      perSecond(async () => {
        const one = [load(made++)];
        await database.transaction((tx) => applyTransfers(tx, one));
        return 1;
      }),
    ),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function perSecond(work: () => Promise<number>): Promise<number> {
  const startMs = runtime.clock.monotonicMs();
  let done = 0;
  while (runtime.clock.monotonicMs() - startMs < ROUND_MS) done += await work();
  return done / ((runtime.clock.monotonicMs() - startMs) / 1_000);
}

const cases: Record<string, () => Promise<number>> = {};
for (const size of [256, 32]) {
  cases[`batches of ${size}, uniform`] = () => batched(db, size, uniform);
  cases[`batches of ${size}, hot`] = () => batched(db, size, hot);
  cases[`batches of ${size}, hot, 1 % rejects`] = () => batched(db, size, hotRejects);
  cases[`batches of ${size}, hot, 1 % duplicates`] = () => batched(db, size, hotDuplicates);
}
cases['a transaction each, uniform'] = () => oneByOne(db, uniform);
cases['a transaction each, hot'] = () => oneByOne(db, hot);

await open();
const rates = new Map<string, number[]>();
// The first round warms up.
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(cases)) {
    const rate = await run();
    if (round > 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
  }
}
for (const [name, all] of rates) {
  const median = all.sort((a, b) => a - b)[Math.trunc(ROUNDS / 2)] ?? 0;
  process.stdout.write(`${name.padEnd(36)} ${Math.round(median).toString().padStart(7)}/s\n`);
}
await db.close();
