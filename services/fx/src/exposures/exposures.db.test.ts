import { PaymentFact } from '@causeway/proto/routing';
import { armFailpoints } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { positionsOff } from './audit.fixture.ts';
import { effectOf } from './effect.ts';
import { factsOf, type Story } from './facts.fixture.ts';
import { allPositions } from './store.ts';
import { takeFacts } from './take-facts.ts';

const { db } = await testDatabase(migrations);
const openOf = async (from: string, to: string) => {
  const found = (await allPositions(db)).find((one) => one.from === from && one.to === to);
  return found && [found.payeeOpen, found.payerOpen];
};

test('a capture opens a position, refunds and cancels close it, other facts leave it', async () => {
  const refunds = [
    { payeeMinor: 500n, midMinor: 2_503n },
    { payeeMinor: 780n, midMinor: 3_903n },
  ];
  await takeFacts(db, factsOf({ name: 'a', payeeMinor: 1_280n, midMinor: 6_406n }));
  expect(await openOf('HKD', 'JPY')).toEqual([1_280n, 6_406n]);
  const facts = factsOf({ name: 'b', payeeMinor: 1_280n, midMinor: 6_406n, refunds });
  await takeFacts(db, facts.slice(0, 2));
  expect(await openOf('HKD', 'JPY')).toEqual([2_060n, 10_309n]);
  await takeFacts(db, facts.slice(2));
  expect(await openOf('HKD', 'JPY')).toEqual([1_280n, 6_406n]);
  const undone = factsOf({ name: 'c', payeeMinor: 99n, midMinor: 500n, cancelled: true });
  await takeFacts(db, undone.toReversed());
  expect(await openOf('HKD', 'JPY')).toEqual([1_280n, 6_406n]);
  const [domestic] = factsOf({ name: 'd', payee: 'HKD', payeeMinor: 100n, midMinor: 100n });
  expect(domestic && effectOf(domestic.payload)).toBe(undefined);
  expect(() => effectOf(new Uint8Array())).toThrow('not a payment fact');
  const [captured] = factsOf({ name: 'e', payeeMinor: 99n, midMinor: 500n });
  const fact = PaymentFact.decode(captured?.payload ?? new Uint8Array());
  const unconverted = {
    ...fact,
    payment: fact.payment && { ...fact.payment, conversion: undefined },
  };
  expect(() => effectOf(PaymentFact.encode(unconverted).finish())).toThrow('without a middle part');
});

test('whatever comes twice or in disorder, positions are the sums of their facts', async () => {
  const amounts = fc.record({
    payeeMinor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    midMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  });
  const stories = fc.array(
    fc.record({
      pair: fc.constantFrom(['HKD', 'THB'], ['HKD', 'KRW'], ['SGD', 'THB']),
      capture: amounts,
      ending: fc.constantFrom('none', 'refund', 'cancel'),
    }),
    { minLength: 1, maxLength: 12 },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(stories, fc.infiniteStream(fc.nat()), async (drawn, chance) => {
      run += 1;
      const before = new Map<string, readonly bigint[]>();
      const expected = new Map<string, [bigint, bigint]>();
      const facts = drawn.flatMap(({ pair: [payer = '', payee = ''], capture, ending }, index) => {
        const story: Story = { name: `p${run}-${index}`, payer, payee, ...capture };
        const [payeeSum, payerSum] = expected.get(`${payer}-${payee}`) ?? [0n, 0n];
        const stays = ending === 'none' ? 1n : 0n;
        expected.set(`${payer}-${payee}`, [
          payeeSum + stays * capture.payeeMinor,
          payerSum + stays * capture.midMinor,
        ]);
        if (ending === 'refund') return factsOf({ ...story, refunds: [capture] });
        return factsOf({ ...story, cancelled: ending === 'cancel' });
      });
      for (const key of expected.keys()) {
        const [from = '', to = ''] = key.split('-');
        before.set(key, (await openOf(from, to)) ?? [0n, 0n]);
      }
      const order = [...facts, ...facts].map((fact) => ({ fact, at: chance.next().value ?? 0 }));
      order.sort((a, b) => a.at - b.at);
      const half = order.length >> 1;
      const batches = [order.slice(0, half), order.slice(half), order.slice(0, half)];
      await Promise.all(
        batches.map((batch) =>
          takeFacts(
            db,
            batch.map(({ fact }) => fact),
          ),
        ),
      );
      for (const [key, [payee, payer]] of expected) {
        const [from = '', to = ''] = key.split('-');
        const [payeeBefore = 0n, payerBefore = 0n] = before.get(key) ?? [];
        expect(await openOf(from, to)).toEqual([payeeBefore + payee, payerBefore + payer]);
      }
    }),
    { numRuns: 15 },
  );
  expect(await positionsOff(db)).toEqual([]);
});

test('what a restored switch tells again under other fact ids moves nothing again', async () => {
  const story = { name: 'restored', payee: 'MYR', payeeMinor: 900n, midMinor: 1_700n };
  const refunds = [{ payeeMinor: 200n, midMinor: 377n }];
  await takeFacts(db, factsOf({ ...story, refunds }));
  await takeFacts(db, factsOf({ ...story, refunds, firstVersion: 3 }));
  expect(await openOf('HKD', 'MYR')).toEqual([700n, 1_323n]);
  // The version that told of the refund tells of the cancel of what is left now.
  const cancel = factsOf({ ...story, cancelled: true }).slice(-1);
  await takeFacts(db, cancel);
  expect(await openOf('HKD', 'MYR')).toEqual([-200n, -377n]);
  expect(await positionsOff(db)).toEqual([]);
});

test('a batch that failed after its commit changes nothing when it comes again', async () => {
  const facts = factsOf({ name: 'again', payee: 'SGD', payeeMinor: 700n, midMinor: 4_300n });
  armFailpoints('fx.exposure.committed=error');
  await expect(takeFacts(db, facts)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  await takeFacts(db, facts);
  expect(await openOf('HKD', 'SGD')).toEqual([700n, 4_300n]);
  expect(await positionsOff(db)).toEqual([]);
});
