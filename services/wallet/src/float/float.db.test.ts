import { uuidFrom } from '@causeway/runtime';
import { armFailpoints, recordTelemetry } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { rules } from '../testing/memory.fixture.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { listDays, showProof, stateYesterday } from './days.ts';
import { differenceOf, type ProofRequest, proveFloat } from './prove.ts';
import { recordSettlement, type Settlement } from './settle.ts';
import { type FloatStatement, takeStatement } from './statement.ts';

const { db } = await testDatabase(migrations);
const { office, execute, wallet } = await testOperator(db);
await stateYesterday(db, rules);

afterEach(() => armFailpoints(undefined));
afterEach(async () => {
  await expectSoundBooks(db);
  expect(gap(await now())).toBe(0n);
});

const now = () => takeStatement(db, rules);

/** What the parts lack of what the trust account holds by the books. */
const gap = (parts: FloatStatement) =>
  parts.floatMinor -
  parts.userMinor -
  parts.unclaimedMinor -
  parts.payableMinor -
  parts.feesMinor -
  parts.correctionsMinor +
  parts.arrearsMinor;

let payments = 0;
async function pay({ walletId, lane }: TestWallet, amountMinor: bigint) {
  payments += 1;
  await execute([
    {
      ...{ kind: 'charge', lane, paymentId: uuidFrom('payment', 'float', String(payments)) },
      ...{ payer: { walletId }, amountMinor, holdTtlSeconds: 0 },
      terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor } }),
      expiresAtMs: Number.MAX_SAFE_INTEGER,
    },
  ]);
}

/** A settlement whose parts make what was paid. */
function settlement(clearingDate: string, parts: Partial<Settlement>): Settlement {
  const { settledMinor = 0n, feeMinor = 0n, correctionMinor = 0n } = parts;
  return {
    ...{ clearingDate, settledMinor, feeMinor, correctionMinor, recorderId: 'harbour-wallet' },
    paidMinor: settledMinor - feeMinor + correctionMinor,
  };
}

/** What a replica shows that has taken no proof itself, as after a restart. */
async function unproven(): Promise<number | undefined> {
  const recording = await recordTelemetry();
  await showProof(db);
  const points = await recording.points();
  await recording.stop();
  return points.find(({ name }) => name === 'causeway.wallet.float.unproven')?.value;
}

let requests = 0;
function proof(trustMinor: bigint, more: Partial<ProofRequest> = {}): ProofRequest {
  requests += 1;
  return {
    ...{ requestId: `proof-${requests}`, floatDate: undefined, trustMinor, inTransit: [] },
    ...{ trustReference: 'statement 7', proverId: 'harbour-wallet', ...more },
  };
}

test('the parts make the float whatever moved, and a settlement takes from the payable', async () => {
  const mei = await wallet('mei');
  await wallet('lok', { balanceMinor: 50_000n });
  await pay(mei, 30_000n);
  const topUp = { kind: 'top_up' as const, walletId: mei.walletId, requestId: 'more' };
  await moveFunds(office, { ...topUp, amountMinor: 1_234n });
  const before = await now();
  expect(before).toMatchObject({
    ...{ userMinor: 1_021_234n, payableMinor: 30_000n, feesMinor: 0n, heldMinor: 0n },
    floatMinor: 1_051_234n,
  });
  const paid = settlement('2026-11-16', {
    ...{ settledMinor: 30_000n, feeMinor: 150n, correctionMinor: -40n },
  });
  expect(await recordSettlement(office, paid)).toBe(false);
  expect(await now()).toMatchObject({
    ...{ userMinor: 1_021_234n, payableMinor: 0n, feesMinor: 150n, correctionsMinor: 40n },
    floatMinor: 1_051_234n - 29_810n,
  });
  // The switch pays where more was refunded than captured, and a correction may cost as well.
  const received = settlement('2026-11-17', { settledMinor: -500n, correctionMinor: 60n });
  expect(received.paidMinor).toBe(-440n);
  await recordSettlement(office, received);
  expect(await now()).toMatchObject({ payableMinor: 500n, correctionsMinor: -20n });
});

test('a day is settled once, also where two record it at once or one crashes', async () => {
  const before = await now();
  const day = settlement('2026-11-18', { settledMinor: 70n, feeMinor: 3n });
  armFailpoints('wallet.float.settlement.before_commit=error');
  await expect(recordSettlement(office, day)).rejects.toThrow('failpoint');
  armFailpoints('wallet.float.settlement.committed=error');
  await expect(recordSettlement(office, day)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  const replays = await Promise.all([1, 2, 3].map(() => recordSettlement(office, day)));
  expect(replays).toEqual([true, true, true]);
  const both = await Promise.all(
    [1, 2].map(() => recordSettlement(office, settlement('2026-11-19', {}))),
  );
  expect(both.toSorted()).toEqual([false, true]);
  expect((await now()).payableMinor).toBe(before.payableMinor - 70n);
  const other = settlement('2026-11-18', { settledMinor: 71n, feeMinor: 3n });
  await expect(recordSettlement(office, other)).rejects.toMatchObject({
    reason: 'SETTLEMENT_RECORDED',
  });
  const uneven = { ...settlement('2026-11-20', { settledMinor: 9n }), paidMinor: 8n };
  await expect(recordSettlement(office, uneven)).rejects.toMatchObject({
    reason: 'SETTLEMENT_UNEVEN',
  });
});

test('a proof shows what nobody can name, and keeps what was proved before', async () => {
  const { floatMinor } = await now();
  const first = proof(floatMinor - 250n);
  const missing = await proveFloat(office, first);
  expect(await unproven()).toBe(1);
  expect(missing).toMatchObject({ replay: false, proof: { version: 1, differenceMinor: -250n } });
  const inTransit = [{ reason: 'top-ups of the evening', amountMinor: -250n }];
  const named = await proveFloat(office, proof(floatMinor - 250n, { inTransit }));
  expect(await unproven()).toBe(0);
  expect(named.proof).toMatchObject({ version: 2, differenceMinor: 0n, inTransit });
  expect(await proveFloat(office, first)).toEqual({ ...missing, replay: true });
  const changed = proveFloat(office, { ...first, trustMinor: floatMinor });
  await expect(changed).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
});

test('the day that ended is stated once and can be proved later; others cannot', async () => {
  const [day] = await listDays(office, undefined, 31);
  if (day === undefined) throw new Error('no day was stated');
  expect(day).toMatchObject({ statement: { floatMinor: 0n }, proof: undefined });
  await stateYesterday(db, rules);
  expect(await listDays(office, undefined, 31)).toEqual([day]);
  const { floatDate } = day.statement;
  expect(floatDate < (await now()).floatDate).toBe(true);
  await Promise.all([
    proveFloat(office, proof(0n, { floatDate })),
    proveFloat(office, proof(7n, { floatDate })),
  ]);
  const [proved] = await listDays(office, undefined, 31);
  expect(proved?.proof).toMatchObject({ version: 2, statement: day.statement });
  expect(await listDays(office, floatDate, 31)).toEqual([]);
  const never = proveFloat(office, proof(0n, { floatDate: '2020-01-01' }));
  await expect(never).rejects.toMatchObject({ reason: 'DAY_NOT_STATED' });
});

test('rows that do not add up cannot be written, and none can be changed', async () => {
  const tampering = [
    'UPDATE float_proofs SET trust_minor = trust_minor + 1, difference_minor = difference_minor + 1',
    'DELETE FROM float_days',
    'UPDATE switch_settlements SET fee_minor = 0',
    `INSERT INTO float_days SELECT '2020-01-01', taken_at, user_minor + 1, held_minor,
       unclaimed_minor, payable_minor, fees_minor, corrections_minor, arrears_minor, float_minor
       FROM float_days`,
  ];
  for (const sql of tampering) await expect(db.query(sql)).rejects.toThrow();
});

test('what the bank has is the books, what is on its way, and the difference', () => {
  const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const transits = fc.array(fc.record({ reason: fc.string(), amountMinor: minor }));
  fc.assert(
    fc.property(minor, minor, transits, (floatMinor, trustMinor, inTransit) => {
      const difference = differenceOf({ floatMinor }, { trustMinor, inTransit });
      const named = inTransit.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
      expect(floatMinor + named + difference).toBe(trustMinor);
    }),
  );
});
