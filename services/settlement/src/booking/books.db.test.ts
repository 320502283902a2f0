import { RECONCILED, reconcile } from '@causeway/ledger/testing';
import type { PaymentFact } from '@causeway/proto/routing';
import { laneOf } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { bookFacts } from '../events.ts';
import { anyStory } from './arbitraries.ts';
import { encoded, factsOf, type Story, TOKYO } from './facts.fixture.ts';
import { Poster, PostingRefused } from './post.ts';

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
  const inOrder = new Poster(ordered);
  const inDisorder = new Poster(shuffled);
  const runs = fc.asyncProperty(
    fc.array(anyStory, { minLength: 1, maxLength: 8 }),
    fc.infiniteStream(fc.nat()),
    async (stories, chance) => {
      const facts = stories.flatMap(factsOf).map(delivered);
      for (const fact of facts) await bookFacts(inOrder, [fact]);
      let rest = disordered([...facts, ...facts, ...facts], chance);
      while (rest.length > 0) {
        const size = 1 + ((chance.next().value ?? 0) % 20);
        await bookFacts(inDisorder, rest.slice(0, size));
        rest = rest.slice(size);
      }
      expect(await accountSums(shuffled)).toEqual(await accountSums(ordered));
    },
  );
  await fc.assert(runs, { numRuns: 15 });
  expect(await reconcile(ordered)).toEqual(RECONCILED);
  expect(await reconcile(shuffled)).toEqual(RECONCILED);
});

test('two consumers that get the same facts at once book them once', async () => {
  const stories = Array.from({ length: 40 }, (_, n): Story => ({ ...TOKYO, name: `both-${n}` }));
  const facts = stories.flatMap(factsOf).map(delivered);
  await Promise.all([
    bookFacts(new Poster(db), facts),
    bookFacts(new Poster(db), facts.toReversed()),
    bookFacts(new Poster(db), facts),
  ]);
  const payable = (await accountSums(db)).find((account) => account.code === 'acquirer_payable');
  expect(payable?.creditsMinor).toBe(40n * 1_280n);
  expect(await reconcile(db)).toEqual(RECONCILED);
});

test('a fact that says something else under the same ids posts nothing', async () => {
  const poster = new Poster(db);
  const other = factsOf({ ...TOKYO, name: 'other' }).map(delivered);
  const first = factsOf({ ...TOKYO, name: 'first' }).map(delivered);
  await bookFacts(poster, first);
  const before = await accountSums(db);
  const contradiction = factsOf({ ...TOKYO, name: 'first', payeeMinor: 1_281n }).map(delivered);
  await expect(bookFacts(poster, [...other, ...contradiction])).rejects.toThrow(PostingRefused);
  expect(await accountSums(db)).toEqual(before);
  await bookFacts(poster, other);
  expect(await reconcile(db)).toEqual(RECONCILED);
});

function disordered<T>(items: readonly T[], chance: Iterator<number>): T[] {
  return items
    .map((item) => ({ item, at: chance.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
