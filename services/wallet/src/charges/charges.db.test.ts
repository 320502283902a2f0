import { coalesce } from '@causeway/batch';
import { openDatabase } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import { armFailpoints, quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { laneOfCode } from '../codes/code.ts';
import { rules } from '../testing/memory.fixture.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { getWallet } from '../wallets/get.ts';
import { closeWallet } from '../wallets/status.ts';
import type { ChargeCommand, DebitCommand } from './command.ts';
import { chargeExecutor, chargeRows, type ExecuteCommands } from './execute.ts';
import type { ChargeAnswer, ChargeRecord } from './record.ts';
import { countHolds, getCharge } from './store.ts';
import { startSweeper, sweepHolds } from './sweep.ts';

const { db, url } = await testDatabase(migrations);
const { office, execute, wallet, code } = await testOperator(db);

// A second replica: its own connections, the same database.
const otherDb = openDatabase({
  url,
  runtime: quietRuntime(),
  maxConnections: 4,
  connectTimeoutMs: 20_000,
});
const executeElsewhere = chargeExecutor(chargeRows(otherDb, rules), rules);
afterAll(() => otherDb.close());
afterEach(() => armFailpoints(undefined));
afterEach(() => expectSoundBooks(db));

let payments = 0;
const newPayment = () => {
  payments += 1;
  return uuidFrom('payment', 'charges.db', String(payments));
};

function charge(
  { walletId, lane }: TestWallet,
  amountMinor: bigint,
  change: Partial<DebitCommand> = {},
): DebitCommand {
  return {
    ...{ kind: 'charge', lane, paymentId: newPayment(), payer: { walletId }, amountMinor },
    terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor } }),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    holdTtlSeconds: 0,
    ...change,
  };
}

async function one(command: ChargeCommand, by: ExecuteCommands = execute): Promise<ChargeRecord> {
  return recordOf((await by([command]))[0]);
}

function recordOf(answer: ChargeAnswer | undefined): ChargeRecord {
  if (answer === undefined || 'refusal' in answer) throw new Error('no charge was answered');
  return answer.charge;
}

const postedOf = async ({ walletId }: TestWallet) =>
  (await getWallet(office, walletId)).postedMinor;

test('a crash before the commit leaves nothing, one after it leaves the answer', async () => {
  const payer = await wallet('crash');
  const { codeHash } = await code(payer);
  const command = charge(payer, 10_000n, { payer: { codeHash } });
  armFailpoints('wallet.charge.before_commit=error');
  await expect(execute([command])).rejects.toThrow('failpoint');
  expect(await getCharge(db, command)).toBeUndefined();
  armFailpoints('wallet.charge.committed=error');
  await expect(execute([command])).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  const answered = await one(command);
  expect(answered).toMatchObject({ state: 'captured', amountMinor: 10_000n });
  // The same again, from another replica and with other terms: the first answer, to the byte.
  expect(await one({ ...command, amountMinor: 5n }, executeElsewhere)).toEqual(answered);
  expect(await postedOf(payer)).toBe(990_000n);
});

test('what is answered is what the database keeps', async () => {
  const payer = await wallet('kept');
  const answered = await one(charge(payer, 1n));
  expect(await getCharge(db, answered)).toEqual(answered);
});

test('a late charge after its void is refused for ever', async () => {
  const payer = await wallet('late');
  const command = charge(payer, 10_000n);
  const { lane, paymentId } = command;
  expect(await one({ kind: 'void', lane, paymentId })).toMatchObject({ state: 'voided' });
  expect(await one(command)).toMatchObject({ state: 'voided' });
  expect(await one(command, executeElsewhere)).toMatchObject({ state: 'voided' });
  expect(await postedOf(payer)).toBe(1_000_000n);
});

test('a void that misses its charge by a moment finds it all the same', async () => {
  const payer = await wallet('missed');
  const command = charge(payer, 10_000n);
  const { lane, paymentId } = command;
  armFailpoints('wallet.charge.wallets_locked=delay:300@1');
  const voided = one({ kind: 'void', lane, paymentId });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await one(command, executeElsewhere)).toMatchObject({ state: 'captured' });
  expect(await voided).toMatchObject({ state: 'voided', walletId: payer.walletId });
  expect(await postedOf(payer)).toBe(1_000_000n);
});

test('the void of garbage finds the lane of its charge', async () => {
  for (const garbage of [
    '',
    '1',
    '852101',
    '8521010',
    '85210102',
    '852101029',
    '85210102xx1',
    '9'.repeat(24),
  ]) {
    const lane = laneOfCode(garbage);
    const paymentId = newPayment();
    expect(await one({ kind: 'void', lane, paymentId })).toMatchObject({ state: 'voided' });
    const late = charge({ walletId: paymentId, lane }, 1n, { paymentId });
    expect(await one(late)).toMatchObject({ state: 'voided' });
  }
});

test('a decline stays one after a top-up', async () => {
  const payer = await wallet('declined', { balanceMinor: 5_000n });
  const { codeHash } = await code(payer);
  const command = charge(payer, 10_000n, { payer: { codeHash } });
  const declined = await one(command);
  expect(declined).toMatchObject({ state: 'declined', declineReason: 'INSUFFICIENT_FUNDS' });
  await moveFunds(office, { ...payer, kind: 'top_up', requestId: 'more', amountMinor: 50_000n });
  expect(await one(command)).toEqual(declined);
  // The code went with the decline.
  const again = charge(payer, 10_000n, { payer: { codeHash } });
  expect(await one(again)).toMatchObject({ declineReason: 'CODE_USED' });
});

test('a code that is over by the database clock is declined', async () => {
  const payer = await wallet('expired code');
  const { codeHash } = await code(payer, 0);
  const command = charge(payer, 1n, { payer: { codeHash } });
  expect(await one(command)).toMatchObject({ declineReason: 'CODE_EXPIRED' });
});

test('fifty calls with one key, on two replicas, are one debit', async () => {
  const payer = await wallet('fifty');
  const command = charge(payer, 10_000n);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => one(command, index % 2 ? execute : executeElsewhere)),
  );
  expect(new Set(answers.map((answer) => answer.createdAtMs)).size).toBe(1);
  expect(await postedOf(payer)).toBe(990_000n);
});

test('one code used by many at once pays once', async () => {
  const payer = await wallet('one code');
  const { codeHash } = await code(payer);
  const commands = Array.from({ length: 20 }, () => charge(payer, 1_000n, { payer: { codeHash } }));
  const answers = await Promise.all(
    commands.map((command, index) => one(command, index % 2 ? execute : executeElsewhere)),
  );
  expect(answers.filter(({ state }) => state === 'captured')).toHaveLength(1);
  expect(answers.filter(({ declineReason }) => declineReason === 'CODE_USED')).toHaveLength(19);
});

test('charges racing their voids on two replicas end voided, in opposite orders too', async () => {
  const payers = await Promise.all(['race a', 'race b', 'race c'].map((name) => wallet(name)));
  for (let round = 0; round < 10; round += 1) {
    const charges = payers.flatMap((payer) => [charge(payer, 100n), charge(payer, 200n)]);
    const voids = charges.map(
      ({ lane, paymentId }): ChargeCommand => ({ kind: 'void', lane, paymentId }),
    );
    await Promise.all([execute(charges), executeElsewhere(voids.reverse())]);
    for (const { lane, paymentId } of charges) {
      expect(await getCharge(db, { lane, paymentId })).toMatchObject({ state: 'voided' });
    }
  }
  for (const payer of payers) expect(await postedOf(payer)).toBe(1_000_000n);
});

test('limits hold under concurrency', async () => {
  const payer = await wallet('limits', { tier: 'unverified', balanceMinor: 300_000n });
  const commands = Array.from({ length: 10 }, () => charge(payer, 100_000n));
  const answers = await Promise.all(
    commands.map((command, index) => one(command, index % 2 ? execute : executeElsewhere)),
  );
  expect(answers.filter(({ state }) => state === 'captured')).toHaveLength(3);
  expect(answers.filter(({ declineReason }) => declineReason === 'LIMIT_DAY')).toHaveLength(7);
});

test('concurrent refunds never pass the charge', async () => {
  const payer = await wallet('refunds');
  const { lane, paymentId } = await one(charge(payer, 100n));
  const refunds = Array.from(
    { length: 10 },
    (_, index): ChargeCommand => ({
      ...{ kind: 'refund', lane, paymentId, amountMinor: 30n },
      refundId: uuidFrom('refund', paymentId, String(index)),
      payee: { currencyCode: 'HKD', amountMinor: 30n },
    }),
  );
  const answers = await Promise.all(
    refunds.map(
      async (refund, index) => (await (index % 2 ? execute : executeElsewhere)([refund]))[0],
    ),
  );
  const refused = answers.filter((answer) => answer !== undefined && 'refusal' in answer);
  expect(refused).toHaveLength(7);
  expect(await getCharge(db, { lane, paymentId })).toMatchObject({ refundedMinor: 90n });
});

test('what comes back for a closed wallet waits as unclaimed', async () => {
  const payer = await wallet('closed', { balanceMinor: 10_000n });
  const kept = await one(charge(payer, 6_000n));
  const undone = await one(charge(payer, 4_000n));
  await closeWallet(office, payer.walletId);
  const [refunded] = await execute([
    {
      ...{ kind: 'refund', lane: kept.lane, paymentId: kept.paymentId, amountMinor: 6_000n },
      refundId: uuidFrom('refund', kept.paymentId, 'all'),
      payee: { currencyCode: 'HKD', amountMinor: 6_000n },
    },
  ]);
  expect(refunded).toMatchObject({ unclaimed: true });
  const { lane, paymentId } = undone;
  expect(await one({ kind: 'void', lane, paymentId })).toMatchObject({ state: 'voided' });
  expect(await postedOf(payer)).toBe(0n);
});

test('the sweeper ends the holds whose time is over, and no other', async () => {
  const payer = await wallet('sweep');
  const hold = (holdTtlSeconds: number) => charge(payer, 100n, { kind: 'hold', holdTtlSeconds });
  const [over, taken, open] = [hold(0), hold(600), hold(600)];
  await execute([over, taken, open]);
  await execute([{ kind: 'take_over', lane: taken.lane, paymentId: taken.paymentId }]);
  const desk = coalesce({ name: 'test', runtime: quietRuntime(), execute });
  expect(await sweepHolds(db, desk)).toBe(1);
  expect(await sweepHolds(db, desk)).toBe(0);
  expect(await getCharge(db, over)).toMatchObject({ state: 'voided' });
  expect(await getCharge(db, taken)).toMatchObject({ state: 'held', holdExpiresAtMs: undefined });
  expect(await getCharge(db, open)).toMatchObject({ state: 'held' });
  expect(await getWallet(office, payer.walletId)).toMatchObject({
    ...{ postedMinor: 1_000_000n, heldMinor: 200n, availableMinor: 999_800n },
  });
});

test('an operator is called to a hold that was taken over long ago, and to no other', async () => {
  const payer = await wallet('stranded');
  const hold = () => charge(payer, 100n, { kind: 'hold', holdTtlSeconds: 600 });
  const [forgotten, fresh, open] = [hold(), hold(), hold()];
  await execute([forgotten, fresh, open]);
  const taken = [forgotten, fresh];
  await execute(taken.map(({ lane, paymentId }) => ({ kind: 'take_over', lane, paymentId })));
  const { stranded } = await countHolds(db, 3_600);
  await db.query(
    `UPDATE charges SET created_at = created_at - interval '2 hours' WHERE payment_id = ANY ($1)`,
    [[forgotten.paymentId, open.paymentId]],
  );
  expect(await countHolds(db, 3_600)).toMatchObject({ stranded: stranded + 1 });
  const runtime = quietRuntime('wallet');
  const stop = startSweeper(db, coalesce({ name: 'test', runtime, execute }), runtime);
  await vi.waitFor(
    () =>
      expect(runtime.logged).toContainEqual(
        expect.objectContaining({ level: 'error', fields: { stranded: stranded + 1 } }),
      ),
    { timeout: 10_000 },
  );
  stop();
});

test('a void gives back the allowance of the day of the charge, not of today', async () => {
  const payer = await wallet('yesterday');
  const { lane, paymentId } = await one(charge(payer, 100_000n));
  // As if it had been made yesterday, in this year or the last.
  await db.query(
    `UPDATE charges SET allowance_day = allowance_day - 1 WHERE lane = $1 AND payment_id = $2`,
    [lane, paymentId],
  );
  await db.query(
    `INSERT INTO limit_usage (lane, wallet_id, period, used_minor)
     SELECT lane, wallet_id, unnest(ARRAY[allowance_day::text, to_char(allowance_day, 'YYYY')]), 100000
       FROM charges WHERE lane = $1 AND payment_id = $2
     ON CONFLICT DO NOTHING`,
    [lane, paymentId],
  );
  await execute([{ kind: 'void', lane, paymentId }]);
  expect(await getWallet(office, payer.walletId)).toMatchObject({
    allowance: { dayLeftMinor: 900_000n },
  });
});
