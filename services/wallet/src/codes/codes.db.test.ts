import type { RateBoard } from '@causeway/proto/fx';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { CODE_HASH_KEY, testOperator } from '../testing/world.fixture.ts';
import { closeWallet, freezeWallet } from '../wallets/status.ts';
import { RateBoards } from './boards.ts';
import { hashCode, laneOfCode } from './code.ts';
import { codeMaker } from './create.ts';
import { purgeCodes } from './store.ts';

const { db } = await testDatabase(migrations);
const { office, wallet } = await testOperator(db);
const runtime = quietRuntime();
const options = { deadlineMs: Number.POSITIVE_INFINITY };

let fetched = 0;
let fetch: () => Promise<RateBoard | undefined>;
beforeEach(() => {
  fetched = 0;
  fetch = async () => board(30_000, 300_000);
});

function board(showMs: number, guaranteeMs: number): RateBoard {
  fetched += 1;
  const nowMs = runtime.clock.nowMs();
  return {
    rateBoardId: uuidFrom('rate_board', String(fetched), String(nowMs)),
    payerCurrencyCode: 'HKD',
    publishTime: new Date(nowMs),
    showUntilTime: new Date(nowMs + showMs),
    guaranteeUntilTime: new Date(nowMs + guaranteeMs),
    entries: [
      {
        ...{ payeeCurrencyCode: 'JPY', rate: '19.2', midRate: '19.3', referenceRate: '19.3' },
        ...{ referenceSource: 'ECB 2026-03-13', markupBps: 52, offers: [] },
      },
    ],
  };
}

const maker = () =>
  codeMaker(db, new RateBoards(db, () => fetch(), runtime), runtime, {
    ...{ prefix: '852101', hashKey: CODE_HASH_KEY, ttlSeconds: 60 },
  });

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? error.reason : String(error);
}

test('a code has its form, its lane and its board, and is kept only as a hash', async () => {
  const { walletId, lane } = await wallet('form');
  const create = maker();
  const made = await create({ walletId, ttlSeconds: 0 }, options);
  expect(made.code).toMatch(/^85210102\d{16}$/);
  expect(laneOfCode(made.code)).toBe(lane);
  const rows = await db.query<{ code_hash: Buffer; rates: unknown; ttl: number }>(
    `SELECT code_hash, rates, extract(epoch FROM expires_at - clock_timestamp())::float8 AS ttl
       FROM payment_codes JOIN rate_boards USING (rate_board_id) WHERE wallet_id = $1`,
    [walletId],
  );
  expect(rows).toMatchObject([
    { code_hash: hashCode(CODE_HASH_KEY, made.code), rates: { JPY: '19.2' } },
  ]);
  expect(rows[0]?.ttl).toBeGreaterThan(50);
  expect(rows[0]?.ttl).toBeLessThanOrEqual(60);
});

test('no code outlives the policy or the guarantee of its board', async () => {
  const { walletId } = await wallet('ttl');
  const lives = async (ttlSeconds: number) => {
    const { expiresAt } = await maker()({ walletId, ttlSeconds }, options);
    return Math.round((expiresAt.getTime() - runtime.clock.nowMs()) / 1000);
  };
  expect(await lives(20)).toBe(20);
  expect(await lives(3_600)).toBe(60);
  fetch = async () => board(30_000, 40_000);
  expect(await lives(60)).toBe(40);
});

test('a wallet that asks for many codes holds up no other', async () => {
  const [greedy, modest] = [await wallet('greedy'), await wallet('modest')];
  const create = maker();
  await create({ walletId: modest.walletId, ttlSeconds: 0 }, options);
  const ended: string[] = [];
  const ask = (walletId: string) =>
    create({ walletId, ttlSeconds: 0 }, options).then(() => ended.push(walletId));
  const asked = Array.from({ length: 1_024 }, () => ask(greedy.walletId));
  await Promise.all([...asked, ask(modest.walletId)]);
  expect(ended.indexOf(modest.walletId)).toBeLessThan(512);
});

test('codes asked for at once share one board', async () => {
  const { walletId } = await wallet('many');
  const create = maker();
  const made = await Promise.all(
    Array.from({ length: 50 }, () => create({ walletId, ttlSeconds: 0 }, options)),
  );
  expect(new Set(made.map(({ code }) => code)).size).toBe(50);
  expect(fetched).toBe(1);
});

test('only an active wallet gets a code', async () => {
  const [frozen, closed] = [await wallet('cold'), await wallet('gone', { balanceMinor: 0n })];
  await freezeWallet(office, frozen.walletId);
  await closeWallet(office, closed.walletId);
  const create = maker();
  const ask = (walletId: string) => reasonOf(create({ walletId, ttlSeconds: 0 }, options));
  expect(await ask(frozen.walletId)).toBe('WALLET_FROZEN');
  expect(await ask(closed.walletId)).toBe('WALLET_CLOSED');
  expect(await ask(uuidFrom('wallet', 'nobody'))).toBe('WALLET_UNKNOWN');
});

test('without a board that may be shown there is no code, and a shown one lasts its time', async () => {
  const { walletId } = await wallet('no board');
  const create = maker();
  const ask = () => reasonOf(create({ walletId, ttlSeconds: 0 }, options));
  fetch = async () => Promise.reject(new Refusal('NO_FRESH_RATE', 'stale'));
  expect(await ask()).toBe('NO_FRESH_RATE');
  fetch = async () => Promise.reject(new Error('connection refused'));
  expect(await ask()).toBe('DEPENDENCY_UNAVAILABLE');
  fetch = async () => board(0, 60_000);
  expect(await ask()).toBe('NO_FRESH_RATE');
  fetch = async () => board(30_000, 90_000);
  expect(await ask()).toBe('undefined');
  fetch = async () => Promise.reject(new Error('connection refused'));
  expect(await ask()).toBe('undefined');
});

test('codes are deleted a day after their end', async () => {
  const { walletId } = await wallet('purge');
  const create = maker();
  await create({ walletId, ttlSeconds: 0 }, options);
  await create({ walletId, ttlSeconds: 0 }, options);
  await db.query(
    `UPDATE payment_codes SET expires_at = clock_timestamp() - interval '25 hours'
      WHERE code_hash = (SELECT min(code_hash) FROM payment_codes WHERE wallet_id = $1)`,
    [walletId],
  );
  expect(await purgeCodes(db, 10)).toBe(1);
  expect(await purgeCodes(db, 10)).toBe(0);
});
