import { openDatabase } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterAll, afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { resumeAgreement, suspendAgreement } from '../agreements/change.ts';
import { viewOf } from '../agreements/get.ts';
import { rules } from '../testing/memory.fixture.ts';
import { type TermsInput, termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { getWallet } from '../wallets/get.ts';
import { listEntries } from '../wallets/statement.ts';
import { closeWallet } from '../wallets/status.ts';
import type { ChargeCommand, DebitCommand, EndCommand } from './command.ts';
import { chargeExecutor, chargeRows } from './execute.ts';
import type { ChargeAnswer } from './record.ts';
import { getCharge } from './store.ts';

const { db, url } = await testDatabase(migrations);
const { office, execute, wallet, sign, acquirer } = await testOperator(db);

// A second replica: its own connections, the same database.
const otherDb = openDatabase({
  url,
  runtime: quietRuntime(),
  maxConnections: 4,
  connectTimeoutMs: 20_000,
});
const executeElsewhere = chargeExecutor(chargeRows(otherDb, rules), rules);
afterAll(() => otherDb.close());
afterEach(() => expectSoundBooks(db));

let payments = 0;

function charge(
  { walletId, lane }: TestWallet,
  agreementId: string,
  amountMinor: bigint,
  terms: Partial<TermsInput> = {},
): DebitCommand {
  payments += 1;
  return {
    ...{ kind: 'charge', lane, paymentId: uuidFrom('payment', 'agreements', String(payments)) },
    ...{ payer: { agreementId, walletId }, amountMinor, holdTtlSeconds: 60 },
    terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor }, ...terms }),
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  };
}

const end = ({ lane, paymentId }: DebitCommand, kind: EndCommand['kind']): EndCommand => ({
  ...{ kind, lane, paymentId },
});

async function wordsOf(...commands: ChargeCommand[]): Promise<string[]> {
  const words: string[] = [];
  for (const command of commands) words.push(...(await execute([command])).map(wordOf));
  return words;
}

function wordOf(answer: ChargeAnswer): string {
  if ('refusal' in answer) return answer.refusal.reason;
  return answer.charge.declineReason ?? answer.charge.state;
}

const topUp = ({ walletId }: TestWallet, requestId: string, amountMinor: bigint) =>
  moveFunds(office, { kind: 'top_up', walletId, requestId, amountMinor });
const agreementOf = ({ walletId }: TestWallet, agreementId: string) =>
  viewOf(office, walletId, agreementId);
/** Signs, with a first charge that was paid in the past. */
async function signLongAgo(payer: TestWallet, name: string): Promise<string> {
  const agreementId = await sign(payer, name, CAPS);
  await db.query('UPDATE agreements SET has_paid = true WHERE agreement_id = $1', [agreementId]);
  return agreementId;
}
const CAPS = { chargeMinor: 10_000n, periodMinor: 25_000n };

/** A hundred transactions wait for a few connections, and none for longer than five seconds. */
const IN_SECONDS = { retry: 1 };

test(
  'one hundred charges at once, on two replicas, take what the cap allows and no more',
  IN_SECONDS,
  async () => {
    const payer = await wallet('race');
    const agreementId = await sign(payer, 'race', { chargeMinor: 100n, periodMinor: 3_700n });
    const commands = Array.from({ length: 100 }, () => charge(payer, agreementId, 100n));
    const answers = await Promise.all(
      commands.map((command, at) => (at % 2 === 0 ? execute : executeElsewhere)([command])),
    );
    const words = answers.flat().map(wordOf);
    expect(words.filter((word) => word === 'captured')).toHaveLength(37);
    expect(words.filter((word) => word === 'LIMIT_AGREEMENT_PERIOD')).toHaveLength(63);
    expect(await agreementOf(payer, agreementId)).toMatchObject({ usedMinor: 3_700n });
    // Asked again, each is what it was, and what the database keeps.
    const again = await executeElsewhere(commands);
    expect(again.map(wordOf)).toEqual(words);
    const [first] = commands;
    if (first === undefined) throw new Error('unreachable');
    expect(again[0]).toEqual({ charge: await getCharge(db, first) });
  },
);

test('charges under an agreement and without one share a batch and stay exact', async () => {
  const payer = await wallet('batch');
  const agreementId = await sign(payer, 'batch', { chargeMinor: 100n, periodMinor: 3_700n });
  const commands = Array.from({ length: 100 }, (_, at) =>
    at % 4 === 0
      ? { ...charge(payer, agreementId, 100n), payer: { walletId: payer.walletId } }
      : charge(payer, agreementId, 100n),
  );
  const words = (await execute(commands)).map(wordOf);
  expect(words.filter((word) => word === 'captured')).toHaveLength(25 + 37);
  expect(await getWallet(office, payer.walletId)).toMatchObject({ postedMinor: 993_800n });
});

test('only its merchant may charge it, within its caps, while it is in force', async () => {
  const payer = await wallet('rules');
  const agreementId = await sign(payer, 'rules', CAPS);
  const stranger = { merchantId: uuidFrom('merchant', 'stranger') };
  expect(
    await wordsOf(
      charge(payer, agreementId, 10_000n),
      charge(payer, agreementId, 10_001n),
      charge(payer, agreementId, 10_000n, stranger),
      charge(payer, agreementId, 10_000n),
      charge(payer, agreementId, 5_001n),
      charge(payer, agreementId, 5_000n),
    ),
  ).toEqual([
    ...['captured', 'LIMIT_AGREEMENT_CHARGE', 'AGREEMENT_ENDED', 'captured'],
    ...['LIMIT_AGREEMENT_PERIOD', 'captured'],
  ]);
  const suspended = await suspendAgreement(office, { walletId: payer.walletId, agreementId });
  expect(suspended).toMatchObject({ state: 'suspended', usedMinor: 25_000n });
  expect(await wordsOf(charge(payer, agreementId, 1n))).toEqual(['AGREEMENT_SUSPENDED']);
});

test('the limits of the wallet hold too', async () => {
  const payer = await wallet('tier', { tier: 'unverified', balanceMinor: 300_000n });
  const agreementId = await sign(payer, 'tier', { chargeMinor: 200_000n, periodMinor: 900_000n });
  const day = [200_000n, 100_001n, 100_000n].map((minor) => charge(payer, agreementId, minor));
  expect(await wordsOf(...day)).toEqual(['captured', 'LIMIT_DAY', 'captured']);
});

test('a void and a refund give the period back what they return', async () => {
  const payer = await wallet('back');
  const agreementId = await sign(payer, 'back', { ...CAPS, period: 'day' });
  const [a, b] = [charge(payer, agreementId, 10_000n), charge(payer, agreementId, 10_000n)];
  const held = { ...charge(payer, agreementId, 5_000n), kind: 'hold' as const };
  expect(await wordsOf(a, b, held)).toEqual(['captured', 'captured', 'held']);
  const refund: ChargeCommand = {
    ...{ kind: 'refund', lane: b.lane, paymentId: b.paymentId, amountMinor: 4_000n },
    ...{
      refundId: uuidFrom('refund', 'back'),
      payee: { currencyCode: 'HKD', amountMinor: 4_000n },
    },
  };
  expect(await wordsOf(end(a, 'void'), end(a, 'void'), refund, refund)).toEqual([
    ...['voided', 'voided', 'captured', 'captured'],
  ]);
  expect(await wordsOf(end(held, 'take_over'), end(held, 'capture'))).toEqual(['held', 'captured']);
  expect(await agreementOf(payer, agreementId)).toMatchObject({ usedMinor: 11_000n });
});

test('a charge of yesterday gives yesterday back', async () => {
  const payer = await wallet('yesterday');
  const agreementId = await sign(payer, 'yesterday', { ...CAPS, period: 'day' });
  const command = charge(payer, agreementId, 10_000n);
  expect(await wordsOf(command)).toEqual(['captured']);
  await db.query(
    `WITH moved AS (
       UPDATE charges SET allowance_day = allowance_day - 1 WHERE wallet_id = $1
       RETURNING lane, wallet_id, allowance_day, amount_minor
     ), gone AS (DELETE FROM limit_usage WHERE wallet_id = $1), used AS (
       UPDATE agreement_usage SET period = (period::date - 1)::text WHERE agreement_id = $2
     )
     INSERT INTO limit_usage (lane, wallet_id, period, used_minor)
     SELECT lane, wallet_id, period, amount_minor FROM moved
      CROSS JOIN LATERAL (VALUES (allowance_day::text), (to_char(allowance_day, 'YYYY'))) AS p (period)
     ON CONFLICT (lane, wallet_id, period) DO UPDATE SET used_minor = excluded.used_minor`,
    [payer.walletId, agreementId],
  );
  expect(await wordsOf(charge(payer, agreementId, 10_000n), end(command, 'void'))).toEqual([
    ...['captured', 'voided'],
  ]);
  const used = await db.query(
    'SELECT used_minor FROM agreement_usage WHERE agreement_id = $1 ORDER BY period',
    [agreementId],
  );
  expect(used).toEqual([{ used_minor: 0n }, { used_minor: 10_000n }]);
});

test('what the balance does not cover is advanced, and the next top-ups pay it back first', async () => {
  const payer = await wallet('advance', { balanceMinor: 6_000n });
  const [rides, tickets] = [await signLongAgo(payer, 'rides'), await sign(payer, 'tickets', CAPS)];
  const paused = await sign(payer, 'paused', CAPS);
  await suspendAgreement(office, { walletId: payer.walletId, agreementId: paused });
  expect(await wordsOf(charge(payer, rides, 10_000n))).toEqual(['captured']);
  expect(await getWallet(office, payer.walletId)).toMatchObject({
    ...{ availableMinor: 0n, arrearsMinor: 4_000n, owes: true },
  });
  expect(await wordsOf(charge(payer, rides, 1n), charge(payer, tickets, 1n))).toEqual([
    ...['AGREEMENT_SUSPENDED', 'AGREEMENT_SUSPENDED'],
  ]);
  const name = { walletId: payer.walletId, agreementId: tickets };
  await expect(resumeAgreement(office, name)).rejects.toMatchObject({ reason: 'ARREARS_OPEN' });
  await expect(closeWallet(office, payer.walletId)).rejects.toMatchObject({
    reason: 'ARREARS_OPEN',
  });
  const out = { kind: 'withdrawal' as const, walletId: payer.walletId, requestId: 'out' };
  await expect(moveFunds(office, { ...out, amountMinor: 1n })).rejects.toMatchObject({
    reason: 'ARREARS_OPEN',
  });

  expect(await topUp(payer, 'part', 1_500n)).toMatchObject({
    postedMinor: 0n,
    arrearsMinor: 2_500n,
  });
  expect(await agreementOf(payer, tickets)).toMatchObject({ suspendedFor: 'arrears' });
  expect(await topUp(payer, 'rest', 3_000n)).toMatchObject({ postedMinor: 500n, arrearsMinor: 0n });
  // The same top-up again pays nothing again.
  expect(await topUp(payer, 'rest', 3_000n)).toMatchObject({ postedMinor: 500n });
  for (const each of [rides, tickets]) {
    expect(await agreementOf(payer, each)).toMatchObject({ state: 'active', version: 3n });
  }
  expect(await agreementOf(payer, paused)).toMatchObject({ suspendedFor: 'payer', version: 2n });
  expect(await wordsOf(charge(payer, tickets, 500n))).toEqual(['captured']);
  const page = { walletId: payer.walletId, pageSize: 0, pageToken: '' };
  const { entries } = await listEntries(office, page);
  expect(entries.map(({ code, amountMinor }) => [code, amountMinor])).toEqual([
    ...[
      ['payment', -500n],
      ['arrears_paid', -2_500n],
      ['top_up', 3_000n],
    ],
    ...[
      ['arrears_paid', -1_500n],
      ['top_up', 1_500n],
      ['payment', -10_000n],
    ],
    ...[
      ['advance', 4_000n],
      ['top_up', 6_000n],
    ],
  ]);
  await office.reporter.sweep();
  expect(acquirer.latest(rides)).toMatchObject({ version: 3n });
});

test('an advance is undone with its charge, and repaid by a refund', async () => {
  const payer = await wallet('undone', { balanceMinor: 1_000n });
  const agreementId = await signLongAgo(payer, 'undone');
  const first = charge(payer, agreementId, 5_000n);
  expect(await wordsOf(first, end(first, 'void'))).toEqual(['captured', 'voided']);
  expect(await getWallet(office, payer.walletId)).toMatchObject({
    ...{ postedMinor: 1_000n, arrearsMinor: 0n, owes: false },
  });
  const held = { ...charge(payer, agreementId, 5_000n), kind: 'hold' as const };
  expect(await wordsOf(held)).toEqual(['held']);
  await expect(closeWallet(office, payer.walletId)).rejects.toMatchObject({
    reason: 'ARREARS_OPEN',
  });
  const late = charge(payer, agreementId, 1n);
  expect(await wordsOf(late, end(held, 'void'))).toEqual(['AGREEMENT_SUSPENDED', 'voided']);
  expect(await agreementOf(payer, agreementId)).toMatchObject({ state: 'active', usedMinor: 0n });
  const third = charge(payer, agreementId, 4_000n);
  const refund: ChargeCommand = {
    ...{ kind: 'refund', lane: third.lane, paymentId: third.paymentId, amountMinor: 3_500n },
    ...{ refundId: uuidFrom('refund', 'undone'), payee: { currencyCode: 'HKD', amountMinor: 1n } },
  };
  // In one batch the next charge already sees the agreement resumed.
  const words = await execute([third, refund, charge(payer, agreementId, 500n)]);
  expect(words.map(wordOf)).toEqual(['captured', 'captured', 'captured']);
  expect(await getWallet(office, payer.walletId)).toMatchObject({ postedMinor: 0n, owes: false });
});

test('nothing is advanced before a first charge was paid, nor to wallets that nobody verified', async () => {
  const payer = await wallet('newcomer', { balanceMinor: 3_000n });
  const [rides, films] = [await sign(payer, 'new', CAPS), await sign(payer, 'newer', CAPS)];
  const hold = { ...charge(payer, rides, 1_000n), kind: 'hold' as const };
  expect(
    await wordsOf(
      ...[charge(payer, rides, 3_001n), hold, charge(payer, rides, 3_001n)],
      ...[end(hold, 'capture'), charge(payer, films, 2_001n), charge(payer, rides, 2_001n)],
    ),
  ).toEqual([
    ...['INSUFFICIENT_FUNDS', 'held', 'INSUFFICIENT_FUNDS'],
    ...['captured', 'INSUFFICIENT_FUNDS', 'captured'],
  ]);
  expect(await getWallet(office, payer.walletId)).toMatchObject({ arrearsMinor: 1n });
  const unverified = await wallet('unverified', { tier: 'unverified', balanceMinor: 3_000n });
  const trips = await sign(unverified, 'trips', CAPS);
  expect(
    await wordsOf(charge(unverified, trips, 2_000n), charge(unverified, trips, 1_001n)),
  ).toEqual(['captured', 'INSUFFICIENT_FUNDS']);
});

test('beyond the cap nothing is advanced, and the third unpaid charge suspends', async () => {
  const payer = await wallet('unpaid', { balanceMinor: 0n });
  const agreementId = await sign(payer, 'unpaid', CAPS);
  const unpaid = () => charge(payer, agreementId, 5_001n);
  expect(await wordsOf(unpaid(), unpaid())).toEqual(['INSUFFICIENT_FUNDS', 'INSUFFICIENT_FUNDS']);
  await topUp(payer, 'some', 5_001n);
  expect(await wordsOf(unpaid())).toEqual(['captured']);
  expect(await agreementOf(payer, agreementId)).toMatchObject({ unpaidCount: 0, version: 1n });
  expect(await wordsOf(unpaid(), unpaid(), unpaid(), unpaid())).toEqual([
    ...['INSUFFICIENT_FUNDS', 'INSUFFICIENT_FUNDS', 'INSUFFICIENT_FUNDS', 'AGREEMENT_SUSPENDED'],
  ]);
  expect(await agreementOf(payer, agreementId)).toMatchObject({
    ...{ state: 'suspended', suspendedFor: 'unpaid', unpaidCount: 3 },
  });
  const name = { walletId: payer.walletId, agreementId };
  expect(await resumeAgreement(office, name)).toMatchObject({ state: 'active', unpaidCount: 0 });
});

test('one hundred charges at once are advanced to once', IN_SECONDS, async () => {
  const payer = await wallet('advances', { balanceMinor: 0n });
  const agreementId = await signLongAgo(payer, 'advances');
  const commands = Array.from({ length: 100 }, () => charge(payer, agreementId, 1_000n));
  const answers = await Promise.all(
    commands.map((command, at) => (at % 2 === 0 ? execute : executeElsewhere)([command])),
  );
  const words = answers.flat().map(wordOf);
  expect(words.filter((word) => word === 'captured')).toHaveLength(1);
  expect(words.filter((word) => word === 'AGREEMENT_SUSPENDED')).toHaveLength(99);
  expect(await getWallet(office, payer.walletId)).toMatchObject({ arrearsMinor: 1_000n });
});
