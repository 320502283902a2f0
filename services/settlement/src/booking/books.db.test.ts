import type { PaymentFact } from '@causeway/proto/routing';
import { laneOf } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { bookFacts } from '../events.ts';
import { anyStory } from './arbitraries.ts';
import { problemsOf } from './audit.fixture.ts';
import { encoded, factsOf, type Story, TOKYO } from './facts.fixture.ts';
import { BookingRefused } from './post.ts';

const [{ db: ordered }, { db: shuffled }, { db }] = await Promise.all([
  testDatabase(migrations),
  testDatabase(migrations),
  testDatabase(migrations),
]);

function delivered(fact: PaymentFact) {
  const lane = laneOf(fact.payment?.paymentId ?? '');
  return {
    lane,
    factId: fact.factId,
    subject: 'causeway.routing.payment.test.v1',
    ...encoded(fact),
  };
}

test('any order and any repetition of the facts makes the same books', async () => {
  const runs = fc.asyncProperty(
    fc.array(anyStory, { minLength: 1, maxLength: 8 }),
    fc.infiniteStream(fc.nat()),
    async (stories, chance) => {
      const facts = stories.flatMap(factsOf).map(delivered);
      for (const fact of facts) await bookFacts(ordered, [fact]);
      let rest = disordered([...facts, ...facts, ...facts], chance);
      while (rest.length > 0) {
        const size = 1 + ((chance.next().value ?? 0) % 20);
        await bookFacts(shuffled, rest.slice(0, size));
        rest = rest.slice(size);
      }
      expect(await accountSums(shuffled)).toEqual(await accountSums(ordered));
    },
  );
  await fc.assert(runs, { numRuns: 15 });
  expect(await problemsOf(ordered)).toEqual([]);
  expect(await problemsOf(shuffled)).toEqual([]);
});

test('two consumers that get the same facts at once book them once', async () => {
  const stories = Array.from({ length: 40 }, (_, n): Story => ({ ...TOKYO, name: `both-${n}` }));
  const facts = stories.flatMap(factsOf).map(delivered);
  await Promise.all([
    bookFacts(db, facts),
    bookFacts(db, facts.toReversed()),
    bookFacts(db, facts),
  ]);
  const payable = (await accountSums(db)).find((account) => account.code === 'acquirer_payable');
  expect(payable?.creditsMinor).toBe(40n * 1_280n);
  expect(await problemsOf(db)).toEqual([]);
});

test('a fact that says something else under the same ids books nothing, and others flow', async () => {
  const other = factsOf({ ...TOKYO, name: 'other' }).map(delivered);
  const first = factsOf({ ...TOKYO, name: 'first' }).map(delivered);
  await bookFacts(db, [...first, ...other]);
  const before = await accountSums(db);
  const contradiction = factsOf({ ...TOKYO, name: 'first', payeeMinor: 1_281n }).map(delivered);
  await expect(bookFacts(db, [...other, ...contradiction])).rejects.toThrow(BookingRefused);
  expect(await accountSums(db)).toEqual(before);
  const third = factsOf({ ...TOKYO, name: 'third' }).map(delivered);
  await expect(bookFacts(db, [...contradiction, ...third])).rejects.toThrow(BookingRefused);
  expect(await accountSums(db)).not.toEqual(before);
  expect(await problemsOf(db)).toEqual([]);
});

function disordered<T>(items: readonly T[], chance: Iterator<number>): T[] {
  return items
    .map((item) => ({ item, at: chance.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
