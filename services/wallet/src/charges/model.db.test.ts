import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { rules } from '../testing/memory.fixture.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { getWallet } from '../wallets/get.ts';
import type { ChargeCommand } from './command.ts';
import { Model, type ModelCommand } from './model.fixture.ts';
import type { ChargeAnswer } from './record.ts';

const { db } = await testDatabase(migrations);
const operator = await testOperator(db);

const BALANCE_MINOR = 250_000n;
const tier = 'unverified';

/** Few names and round amounts, so that commands meet each other all the time. */
const command: fc.Arbitrary<ModelCommand> = fc.record({
  kind: fc.constantFrom('charge', 'charge', 'hold', 'take_over', 'capture', 'void', 'refund'),
  payment: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  refund: fc.constantFrom('x', 'y', 'z'),
  amountMinor: fc.constantFrom(1n, 50_000n, 100_000n, 200_000n, 200_001n),
  code: fc.constantFrom(undefined, undefined, 'one', 'two', 'three'),
});

/** Commands as they are executed: some alone, some many in one commit. */
const batches = fc.array(fc.array(command, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
});

let runs = 0;

test('commands do what the model says, however they are batched', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      runs += 1;
      const run = String(runs);
      const wallet = await operator.wallet(`model-${run}`, { tier, balanceMinor: BALANCE_MINOR });
      const codes = new Map<string, Buffer>();
      for (const name of ['one', 'two', 'three']) {
        codes.set(name, (await operator.code(wallet)).codeHash);
      }
      const limits = rules.policy.tiers.get(tier);
      if (limits === undefined) throw new Error('the tier is not configured');
      const model = new Model(BALANCE_MINOR, limits);
      for (const batch of given) {
        const expected = batch.map((each) => model.apply(each));
        const answers = await operator.execute(
          batch.map((each) => translated(run, wallet, codes, each)),
        );
        expect(answers.map(wordOf)).toEqual(expected);
      }
      const view = await getWallet(operator.office, wallet.walletId);
      expect(view).toMatchObject({
        postedMinor: model.postedMinor,
        heldMinor: model.heldMinor,
        availableMinor: model.postedMinor - model.heldMinor,
        allowance: { dayLeftMinor: limits.dayMinor - model.spentMinor },
      });
    }),
    { numRuns: 60 },
  );
  await expectSoundBooks(db);
}, 60_000);

function translated(
  run: string,
  { walletId, lane }: TestWallet,
  codes: ReadonlyMap<string, Buffer>,
  { kind, payment, refund, amountMinor, code }: ModelCommand,
): ChargeCommand {
  const paymentId = uuidFrom('payment', run, payment);
  const payee = { currencyCode: 'HKD', amountMinor };
  if (kind === 'refund') {
    const refundId = uuidFrom('refund', paymentId, refund);
    return { kind, lane, paymentId, refundId, amountMinor, payee };
  }
  if (kind !== 'charge' && kind !== 'hold') return { kind, lane, paymentId };
  return {
    ...{ kind, lane, paymentId, amountMinor },
    payer: code === undefined ? { walletId } : { codeHash: codes.get(code) },
    terms: termsOf({ payee }),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    holdTtlSeconds: 600,
  };
}

function wordOf(answer: ChargeAnswer): string {
  if ('refusal' in answer) return answer.refusal.reason;
  return answer.charge.declineReason ?? answer.charge.state;
}
