import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { viewOf } from '../agreements/get.ts';
import { rules } from '../testing/memory.fixture.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { getWallet } from '../wallets/get.ts';
import type { ChargeCommand } from './command.ts';
import { Model, type ModelAgreement, type ModelCommand } from './model.fixture.ts';
import type { ChargeAnswer } from './record.ts';

const { db } = await testDatabase(migrations);
const operator = await testOperator(db);

const BALANCE_MINOR = 250_000n;
const TIERS = ['unverified', 'intermediate', 'intermediate'] as const;

/** Few names and round amounts, so that commands meet each other all the time. */
const command: fc.Arbitrary<ModelCommand> = fc.record({
  kind: fc.constantFrom('charge', 'charge', 'hold', 'take_over', 'capture', 'void', 'refund'),
  payment: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  refund: fc.constantFrom('x', 'y', 'z'),
  amountMinor: fc.constantFrom(1n, 3_000n, 48_000n, 50_000n, 100_000n, 200_000n, 200_001n),
  ...{ code: fc.constant(undefined), agreement: fc.constant(undefined) },
});

/** How the payer is named: by the wallet, by a code, or by an agreement. */
const named: fc.Arbitrary<ModelCommand> = fc
  .tuple(command, fc.constantFrom('', '', 'one', 'two', 'three', 'rides', 'rides', 'films'))
  .map(([plain, name]) => {
    if (name === '') return plain;
    return CAPS.has(name) ? { ...plain, agreement: name } : { ...plain, code: name };
  });

const CAPS = new Map([
  ['rides', { chargeMinor: 100_000n, periodMinor: 201_000n }],
  ['films', { chargeMinor: 200_000n, periodMinor: 900_000n }],
]);

/** Commands as they are executed: some alone, some many in one commit, some after a top-up. */
const batches = fc.array(
  fc.record({
    topUpMinor: fc.constantFrom(0n, 0n, 2_000n, 50_000n),
    commands: fc.array(named, { minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 8 },
);

let runs = 0;

test('commands do what the model says, however they are batched', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom(...TIERS), async (given, tier) => {
      runs += 1;
      const run = String(runs);
      const wallet = await operator.wallet(`model-${run}`, { tier, balanceMinor: BALANCE_MINOR });
      const codes = new Map<string, Buffer>();
      for (const name of ['one', 'two', 'three']) {
        codes.set(name, (await operator.code(wallet)).codeHash);
      }
      const limits = rules.policy.tiers.get(tier);
      if (limits === undefined) throw new Error('the tier is not configured');
      const unpaidCount = rules.policy.agreementSuspendAfterUnpaid;
      const agreements = new Map<string, ModelAgreement>();
      const ids = new Map<string, string>();
      for (const [name, caps] of CAPS) {
        agreements.set(name, { ...caps, usedMinor: 0n, unpaidCount: 0, hasPaid: false });
        ids.set(name, await operator.sign(wallet, `${run} ${name}`, caps));
      }
      const model = new Model(BALANCE_MINOR, { ...limits, unpaidCount }, agreements);
      for (const [at, { topUpMinor, commands }] of given.entries()) {
        if (topUpMinor > 0n && model.topUp(topUpMinor)) {
          const movement = { kind: 'top_up' as const, walletId: wallet.walletId };
          await moveFunds(operator.office, {
            ...{ ...movement, requestId: String(at), amountMinor: topUpMinor },
          });
        }
        const expected = commands.map((each) => model.apply(each));
        const answers = await operator.execute(
          commands.map((each) => translated(run, wallet, { codes, ids }, each)),
        );
        expect(answers.map(wordOf)).toEqual(expected);
      }
      for (const [name, { usedMinor }] of agreements) {
        const view = await viewOf(operator.office, wallet.walletId, ids.get(name) ?? '');
        expect(view.usedMinor).toBe(usedMinor);
      }
      const view = await getWallet(operator.office, wallet.walletId);
      expect(view).toMatchObject({
        postedMinor: model.postedMinor,
        heldMinor: model.heldMinor,
        arrearsMinor: model.owedMinor,
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
  { codes, ids }: { codes: ReadonlyMap<string, Buffer>; ids: ReadonlyMap<string, string> },
  { kind, payment, refund, amountMinor, code, agreement }: ModelCommand,
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
    payer:
      code === undefined
        ? { walletId, agreementId: ids.get(agreement ?? '') }
        : { codeHash: codes.get(code) },
    terms: termsOf({ payee }),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    holdTtlSeconds: 600,
  };
}

function wordOf(answer: ChargeAnswer): string {
  if ('refusal' in answer) return answer.refusal.reason;
  return answer.charge.declineReason ?? answer.charge.state;
}
