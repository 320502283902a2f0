import { Secret, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import type { DebitCommand } from '../charges/command.ts';
import type { ChargeAnswer } from '../charges/record.ts';
import { takeStatement } from '../float/statement.ts';
import { rules } from '../testing/memory.fixture.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from '../wallets/funds.ts';
import { getWallet } from '../wallets/get.ts';
import { closeWallet, freezeWallet } from '../wallets/status.ts';
import { exposureWatch } from './exposure.ts';
import type { GrantRecord } from './grant.ts';
import { issueGrant } from './issue.ts';
import { ensureKey } from './keys.ts';
import { lossWallets } from './losses.ts';
import { sealOf } from './seal.ts';
import { selectGrant } from './store.ts';

const { db } = await testDatabase(migrations);
const { office, execute, wallet } = await testOperator(db);
await db.transaction(ensureKey);
afterEach(() => expectSoundBooks(db));

const runtime = quietRuntime();
const seal = sealOf(new Secret('a secret of at least 32 characters'));
const lossWalletOf = lossWallets(office);

/** Grants for the wallet, under a budget of losses of so much in 30 days. */
async function grantFor(
  { walletId }: TestWallet,
  name: string,
  lossBudgetMinor = 50_000_00n,
): Promise<GrantRecord> {
  const transit = rules.policy.transit;
  if (transit === undefined) throw new Error('the policy has no transit');
  const policy = {
    ...rules.policy,
    transit: { ...transit, risk: { ...transit.risk, lossBudgetMinor } },
  };
  const userKey = { algorithm: 'EdDSA' as const, bytes: new Uint8Array(32).fill(name.length) };
  const exposure = exposureWatch(db, policy, runtime);
  const own = { ...office, rules: { ...rules, policy }, seal, exposure };
  return issueGrant(own, { walletId, requestId: name, userKey });
}

let counters = 0;

function ride(grant: GrantRecord, amountMinor: bigint, lossId?: string): DebitCommand {
  counters += 1;
  const { lane, grantId, walletId } = grant;
  return {
    ...{ kind: 'charge', lane, paymentId: uuidFrom('test.ride', lossId ?? String(counters)) },
    payer: { tap: { grantId, counter: 1 + (counters % 50), lossId }, walletId },
    ...{ amountMinor, holdTtlSeconds: 0, expiresAtMs: Number.POSITIVE_INFINITY },
    terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor } }),
  };
}

async function loss(grant: GrantRecord, name: string, amountMinor: bigint): Promise<DebitCommand> {
  const command = ride(grant, amountMinor, uuidFrom('test.loss', name));
  const walletId = await lossWalletOf(grant.lane);
  return { ...command, payer: { ...command.payer, walletId, holderId: grant.walletId } };
}

async function stateOf(command: DebitCommand): Promise<string> {
  const [answer] = await execute([command]);
  return wordOf(answer);
}

function wordOf(answer: ChargeAnswer | undefined): string {
  if (answer === undefined || 'refusal' in answer) return 'refused';
  return answer.charge.declineReason ?? answer.charge.state;
}

const balanceOf = async ({ walletId }: TestWallet) =>
  (await getWallet(office, walletId)).availableMinor;

/** What the operator has borne in all, by the ledger. */
async function borne(): Promise<bigint> {
  const [row] = await db.query<{ sum: bigint }>(
    `SELECT coalesce(sum(debits_posted - credits_posted), 0)::bigint AS sum
       FROM ledger_accounts WHERE code = 'losses'`,
    [],
  );
  return row?.sum ?? 0n;
}

describe('a loss', () => {
  test('is taken from the operator, once, and from nobody’s wallet', async () => {
    const rider = await wallet('copied');
    const grant = await grantFor(rider, 'copied');
    expect(await stateOf(ride(grant, 8_40n))).toBe('captured');
    const before = [await balanceOf(rider), await borne()] as const;
    const copy = await loss(grant, 'copied', 8_40n);
    expect([await stateOf(copy), await stateOf(copy)]).toEqual(['captured', 'captured']);
    expect([await balanceOf(rider), await borne()]).toEqual([before[0], before[1] + 8_40n]);
    expect(await selectGrant(db, grant)).toMatchObject({ usedMinor: 8_40n, borneMinor: 8_40n });
    const {
      floatMinor,
      userMinor,
      unclaimedMinor,
      payableMinor,
      feesMinor,
      correctionsMinor,
      arrearsMinor,
    } = await takeStatement(db, rules);
    expect(
      userMinor + unclaimedMinor + payableMinor + feesMinor + correctionsMinor - arrearsMinor,
    ).toBe(floatMinor);
  });

  test('is borne whatever became of the rider’s wallet, and given back to the operator alone', async () => {
    const rider = await wallet('gone', { balanceMinor: 0n });
    const grant = await grantFor(rider, 'gone');
    await freezeWallet(office, rider.walletId);
    await closeWallet(office, rider.walletId);
    const before = await borne();
    const [refunded, undone] = [
      await loss(grant, 'refunded', 9_00n),
      await loss(grant, 'undone', 7_00n),
    ];
    expect([await stateOf(refunded), await stateOf(undone)]).toEqual(['captured', 'captured']);
    const { lane } = grant;
    const refundId = uuidFrom('test.refund', 'loss');
    const payee = { currencyCode: 'HKD', amountMinor: 4_00n };
    const answers = await execute([
      { kind: 'refund', lane, paymentId: refunded.paymentId, refundId, amountMinor: 4_00n, payee },
      { kind: 'void', lane, paymentId: undone.paymentId },
    ]);
    expect(answers.map(wordOf)).toEqual(['captured', 'voided']);
    expect(await borne()).toBe(before + 5_00n);
  });

  test('is no more in all than what its grant allows, whoever asks and however often at once', async () => {
    const rider = await wallet('greedy');
    const grant = await grantFor(rider, 'greedy');
    const each = grant.rideCapMinor;
    expect(await stateOf(await loss(grant, 'too dear', each + 1n))).toBe('LIMIT_GRANT_RIDE');
    const many = await Promise.all(
      Array.from({ length: 12 }, (_, at) => loss(grant, `greedy ${at}`, each)),
    );
    const rides = Array.from({ length: 4 }, () => ride(grant, 10_00n));
    const before = await borne();
    const answers = await Promise.all([...many, ...rides].map((command) => stateOf(command)));
    const fit = Number(grant.totalCapMinor / each);
    expect(answers.slice(0, 12).filter((word) => word === 'captured')).toHaveLength(fit);
    expect(answers.slice(0, 12).filter((word) => word === 'LIMIT_GRANT_TOTAL')).toHaveLength(
      12 - fit,
    );
    expect(answers.slice(12)).toEqual(Array(4).fill('captured'));
    expect(await borne()).toBe(before + each * BigInt(fit));
    expect(await selectGrant(db, grant)).toMatchObject({ usedMinor: 40_00n, rideCount: 4 });
  });

  test('under a grant that nobody signed is borne by nobody', async () => {
    const rider = await wallet('unknown');
    const grant = await grantFor(rider, 'unknown');
    const grantId = grant.grantId.replace(/^.{8}/, '00000000');
    const command = await loss({ ...grant, grantId }, 'unknown', 1_00n);
    const { tap } = command.payer;
    expect(await stateOf({ ...command, payer: { tap } })).toBe('GRANT_UNKNOWN');
  });
});

describe('a fare that the balance does not cover', () => {
  test('is lent once, stops grants while it is owed, and is paid by the next top-up', async () => {
    const rider = await wallet('poor', { balanceMinor: 5_00n });
    const grant = await grantFor(rider, 'poor');
    expect(await stateOf(ride(grant, 8_40n))).toBe('captured');
    expect(await stateOf(ride(grant, 8_40n))).toBe('INSUFFICIENT_FUNDS');
    expect(await selectGrant(db, grant)).toMatchObject({
      lostMinor: 8_40n,
      deniedReason: 'UNPAID',
    });
    await expect(grantFor(rider, 'poor-2')).rejects.toMatchObject({ reason: 'ARREARS_OPEN' });
    const movement = { kind: 'top_up' as const, walletId: rider.walletId, requestId: 'second' };
    await moveFunds(office, { ...movement, amountMinor: 10_00n });
    expect(await balanceOf(rider)).toBe(10_00n - 3_40n);
    expect((await grantFor(rider, 'poor-3')).deniedReason).toBeUndefined();
  });
});

test('caps of new grants tighten by themselves as losses come near their budget', async () => {
  const rider = await wallet('tightened');
  const first = await grantFor(rider, 'tightened');
  const lostMinor = (
    await db.query<{ sum: bigint }>(
      'SELECT sum(greatest(lost_minor, borne_minor))::bigint AS sum FROM transit_grants',
      [],
    )
  )[0]?.sum;
  expect(await stateOf(await loss(first, 'tightened', 100_00n))).toBe('captured');
  // Whoever has it happen again gets no more for a while.
  const second = await grantFor(rider, 'tightened-again');
  expect(await stateOf(await loss(second, 'tightened-again', 1n))).toBe('captured');
  const third = grantFor(rider, 'tightened-third');
  await expect(third).rejects.toMatchObject({ reason: 'GRANT_REFUSED' });
  const totals = [];
  for (const [at, share] of [400n, 133n, 100n].entries()) {
    const budget = (((lostMinor ?? 0n) + 100_00n + 1n) * share) / 100n;
    const another = await wallet(`tightened-${at}`);
    totals.push((await grantFor(another, `tightened-${at}`, budget)).totalCapMinor);
  }
  // Whole below half of the budget; half-way to the floor at three quarters; the floor beyond it.
  expect(totals).toEqual([first.totalCapMinor, expect.any(BigInt), first.totalCapMinor / 5n]);
  expect(totals[1]).toBeLessThan(first.totalCapMinor);
  expect(totals[1]).toBeGreaterThan(first.totalCapMinor / 5n);
});
