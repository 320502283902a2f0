import { PaymentState } from '@causeway/proto/common';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { PartnerLimit } from '../partner-limit.ts';
import { appendFacts } from './append.ts';
import { encodedFact, paymentIdOf, type Told } from './facts.fixture.ts';
import { FeedHints } from './hints.ts';
import { listPayments } from './list-payments.ts';
import { laneOfPartner, projectionOf } from './project.ts';
import { feedAfter } from './store.ts';
import { watchPayments } from './watch-payments.ts';

const { db } = await testDatabase(migrations);
const hints = new FeedHints();
const tell = (facts: readonly Told[]) =>
  appendFacts(
    { db, hints },
    facts.map((fact) => projectionOf(encodedFact(fact))),
  );
const feed = {
  ...{ db, hints, runtime: quietRuntime() },
  watching: new PartnerLimit('watches open', 2, 5_000),
};
const list = (partnerId: string, change: object = {}) =>
  listPayments(db, partnerId, { pageSize: 0, pageToken: '', merchantId: '', state: 0, ...change });
const namesIn = ({ payments }: { payments: { paymentRequestId: string }[] }) =>
  payments.map(({ paymentRequestId }) => paymentRequestId);

test('repeated and reordered facts leave the newest of each payment and one line each', async () => {
  const facts: Told[] = Array.from({ length: 30 }, (_, n) => ({
    ...{ partnerId: 'shuffled', name: `p${n % 10}`, version: BigInt(n) },
    state: n < 20 ? PaymentState.PENDING : PaymentState.SUCCEEDED,
  }));
  const disorder = fc.sample(fc.shuffledSubarray([...facts, ...facts], { minLength: 60 }), 1)[0];
  for (let from = 0; from < 60; from += 7) await tell(disorder?.slice(from, from + 7) ?? []);
  const { payments } = await list('shuffled');
  expect(payments).toHaveLength(10);
  for (const payment of payments) expect(payment.version).toBeGreaterThanOrEqual(20n);
  const partner = { partnerId: 'shuffled', lane: laneOfPartner('shuffled') };
  const rows = await feedAfter(db, partner, 0n, 100);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => BigInt(n + 1)));
});

test('a reader that follows while several append sees every place, in order', async () => {
  const partner = { partnerId: 'racing', lane: laneOfPartner('racing') };
  let writing = true;
  const seen: bigint[] = [];
  const reader = (async () => {
    while (writing || seen.length < 200) {
      const rows = await feedAfter(db, partner, seen.at(-1) ?? 0n, 1_000);
      seen.push(...rows.map(({ seq }) => seq));
    }
  })();
  const writer = async (who: string) => {
    for (let n = 0; n < 25; n += 1) {
      const name = `${who}-${n}`;
      await tell([
        { partnerId: 'racing', name, version: 1n },
        { partnerId: `beside-${who}`, name, version: 1n },
        { partnerId: 'racing', name, version: 2n },
      ]);
    }
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(writer));
  writing = false;
  await reader;
  expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => BigInt(n + 1)));
});

test('pages hold every payment once, newest first, by merchant and state', async () => {
  const other = '0b1c2d3e-0000-8000-8000-000000000002';
  const facts = Array.from(
    { length: 12 },
    (_, n): Told => ({
      ...{ partnerId: 'paged', name: `n${n}`, version: 2n, createdMs: 1_000 * Math.floor(n / 2) },
      ...(n % 3 === 0 ? { merchantId: other } : {}),
      state: n % 4 === 0 ? PaymentState.DECLINED : PaymentState.SUCCEEDED,
    }),
  );
  await tell(facts);
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await list('paged', { pageSize: 5, pageToken });
    seen.push(...namesIn(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(new Set(seen).size).toBe(12);
  expect(seen.slice(0, 2).sort()).toEqual(['n10', 'n11']);
  expect(seen.slice(10).sort()).toEqual(['n0', 'n1']);
  expect(namesIn(await list('paged', { merchantId: other })).sort()).toEqual([
    'n0',
    'n3',
    'n6',
    'n9',
  ]);
  const declined = await list('paged', { merchantId: other, state: PaymentState.DECLINED });
  expect(namesIn(declined)).toEqual(['n0']);
  const first = await list('paged', { pageSize: 5 });
  await expect(
    list('paged', { pageToken: first.nextPageToken, state: PaymentState.DECLINED }),
  ).rejects.toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
  await expect(list('paged', { pageSize: 501 })).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
});

test('a watcher gets what was there, then what comes, and goes on from its cursor', async () => {
  const partnerId = 'watched';
  await tell([1n, 2n].map((version) => ({ partnerId, name: 'one', version })));
  const ending = new AbortController();
  const changes = watchPayments(feed, partnerId, '', ending.signal);
  const take = async () => (await changes.next()).value;
  const first = await take();
  expect(first).toMatchObject({ kind: 'payment.succeeded', payment: { version: 1n } });
  expect((await take())?.payment?.version).toBe(2n);
  const next = take();
  await tell([{ partnerId, name: 'two', version: 1n }]);
  expect((await next)?.payment?.paymentId).toBe(paymentIdOf('two', partnerId));
  const again = watchPayments(feed, partnerId, first?.cursor ?? '', ending.signal);
  expect((await again.next()).value?.payment?.version).toBe(2n);

  const third = watchPayments(feed, partnerId, '', ending.signal);
  await expect(third.next()).rejects.toMatchObject({ reason: 'OVERLOADED' });
  ending.abort();
  expect((await changes.next()).done).toBe(true);
  await again.return(undefined);
});

test('a cursor of nobody, or of another partner, is refused', async () => {
  const { signal } = new AbortController();
  await tell([{ partnerId: 'cursed', name: 'one', version: 1n }]);
  const own = watchPayments(feed, 'cursed', '', signal);
  const change = (await own.next()).value;
  await own.return(undefined);
  for (const [who, cursor] of [
    ['cursed', 'nonsense'],
    ['someone', change?.cursor ?? ''],
  ] as const) {
    const refused = watchPayments(feed, who, cursor, signal).next();
    await expect(refused).rejects.toMatchObject({ reason: 'CURSOR_INVALID' });
  }
});
