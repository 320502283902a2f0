/**
 * How fast the ledger posts, as ratios within one run: batches against one transaction per
 * transfer, and a hot account against accounts spread evenly.
 *
 *   npx esbuild libs/ledger/bench.ts --bundle --platform=node --format=esm --packages=external \
 *     --alias:@causeway/db=./libs/db/src/index.ts --alias:@causeway/runtime=./libs/runtime/src/index.ts \
 *     --loader:.sql=text --outfile=dist/ledger-bench.mjs
 *   node dist/ledger-bench.mjs postgres://...    (an empty database)
 */
import { type Database, migrate, openDatabase } from '@causeway/db';
import { systemRuntime, uuidFrom } from '@causeway/runtime';
import { applyTransfers, ledgerSql, openAccounts, type Transfer } from './src/index.ts';

const WALLETS = 10_000;
const SECONDS = 4;
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
  while (runtime.clock.monotonicMs() - startMs < SECONDS * 1_000) done += await work();
  return done / ((runtime.clock.monotonicMs() - startMs) / 1_000);
}

async function report(name: string, rate: Promise<number>): Promise<void> {
  process.stdout.write(`${name.padEnd(42)} ${Math.round(await rate)}/s\n`);
}

await open();
await batched(db, 256, uniform);
for (const size of [256, 32]) {
  await report(`batches of ${size}, uniform`, batched(db, size, uniform));
  await report(`batches of ${size}, hot`, batched(db, size, hot));
  await report(`batches of ${size}, hot, 1 % rejects`, batched(db, size, hotRejects));
  await report(`batches of ${size}, hot, 1 % duplicates`, batched(db, size, hotDuplicates));
}
await report(`a transaction each, ${IN_FLIGHT} in flight, uniform`, oneByOne(db, uniform));
await report(`a transaction each, ${IN_FLIGHT} in flight, hot`, oneByOne(db, hot));
await db.close();
