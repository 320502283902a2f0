import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { migrations } from '@causeway/wallet/migrations/index.ts';
import type { ChargeCommand } from '@causeway/wallet/src/charges/command.ts';
import { chargeExecutor } from '@causeway/wallet/src/charges/execute.ts';
import type { ChargeAnswer } from '@causeway/wallet/src/charges/record.ts';
import { rules } from '@causeway/wallet/src/testing/memory.fixture.ts';
import { termsOf } from '@causeway/wallet/src/testing/terms.fixture.ts';
import { type TestWallet, testOperator } from '@causeway/wallet/src/testing/world.fixture.ts';
import { getWallet } from '@causeway/wallet/src/wallets/get.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WalletTables } from './wallet-tables.ts';

const { db } = await testDatabase(migrations);
const operator = await testOperator(db);

const RATES = { JPY: '19', THB: '4.5' };
const BALANCE_MINOR = 250_000n;

/** Few names, so that commands meet each other, alone and many in one commit. */
const batches = fc.array(
  fc.array(
    fc.record({
      kind: fc.constantFrom('charge', 'charge', 'hold', 'take_over', 'capture', 'void', 'refund'),
      payment: fc.constantFrom('a', 'b', 'c', 'd'),
      refund: fc.constantFrom('x', 'y'),
      code: fc.constantFrom(undefined, 'one', 'two'),
      amountMinor: fc.constantFrom(1n, 3_000n, 50_000n, 120_000n, 200_001n),
      currencyCode: fc.constantFrom('HKD', 'JPY', 'KRW'),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  { minLength: 1, maxLength: 8 },
);

type Told = typeof batches extends fc.Arbitrary<(infer T)[][]> ? T : never;

let runs = 0;

test('the tables in memory decide and keep what Postgres does', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (told) => {
      runs += 1;
      const wallet = await operator.wallet(`tables-${runs}`, { balanceMinor: BALANCE_MINOR });
      const tables = new WalletTables(rules, RATES, () => {});
      const charged = { ...wallet, status: 'active' as const, tier: 'intermediate', owes: false };
      tables.openWallet(charged);
      tables.topUp(charged, BALANCE_MINOR);
      const codes = new Map<string, Buffer>();
      for (const name of ['one', 'two']) {
        const { codeHash } = await operator.code(wallet);
        codes.set(name, codeHash);
        const { lane, walletId } = wallet;
        const code = { lane, codeHash, walletId, rateBoardId: '', usedBy: undefined };
        tables.addCode({ ...code, expiresAtMs: Number.MAX_SAFE_INTEGER });
      }
      const rows = {
        decideOn: async <T>(
          commands: readonly ChargeCommand[],
          decide: Parameters<typeof tables.decideOn<T>>[2],
        ) => tables.decideOn(commands, { nowMs: 1_000, today: '2026-03-10' }, decide),
      };
      const inMemory = chargeExecutor(rows, rules);
      for (const batch of told) {
        const commands = batch.map((each) => commandOf(String(runs), wallet, codes, each));
        const theirs = await operator.execute(commands);
        expect((await inMemory(commands)).map(wordsOf)).toEqual(theirs.map(wordsOf));
      }
      const { postedMinor, heldMinor } = await getWallet(operator.office, wallet.walletId);
      const account = tables.ledger.account({ ...wallet, accountId: wallet.walletId });
      const { creditsPosted = 0n, debitsPosted = 0n, debitsHeld } = account ?? {};
      expect([creditsPosted - debitsPosted, debitsHeld]).toEqual([postedMinor, heldMinor]);
      expect(tables.ledger.problems()).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 120_000);

function commandOf(
  run: string,
  { walletId, lane }: TestWallet,
  codes: ReadonlyMap<string, Buffer>,
  { kind, payment, refund, code, amountMinor, currencyCode }: Told,
): ChargeCommand {
  const paymentId = uuidFrom('payment', run, payment);
  const payee = { currencyCode, amountMinor };
  if (kind === 'refund') {
    const refundId = uuidFrom('refund', paymentId, refund);
    return { kind, lane, paymentId, refundId, amountMinor, payee };
  }
  if (kind !== 'charge' && kind !== 'hold') return { kind, lane, paymentId };
  return {
    ...{ kind, lane, paymentId, amountMinor },
    payer: code === undefined ? { walletId } : { codeHash: codes.get(code) },
    terms: termsOf({ payee, ...(currencyCode === 'HKD' ? {} : { rate: '19' }) }),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    holdTtlSeconds: 600,
  };
}

/** All of an answer but its times. */
function wordsOf(answer: ChargeAnswer): unknown {
  if ('refusal' in answer) return answer.refusal.reason;
  const { state, declineReason, amountMinor, refundedMinor, refundCount, walletId } = answer.charge;
  const isOwn = walletId !== undefined && laneOf(walletId) === answer.charge.lane;
  return { state, declineReason, amountMinor, refundedMinor, refundCount, walletId, isOwn };
}
