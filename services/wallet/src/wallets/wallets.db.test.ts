import { Refusal, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import type { ChargeCommand } from '../charges/command.ts';
import { entryMessage } from '../rpc/wallet-message.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, testOperator } from '../testing/world.fixture.ts';
import { moveFunds } from './funds.ts';
import { getWallet } from './get.ts';
import { listWallets } from './list.ts';
import { openWallet } from './open.ts';
import { listEntries } from './statement.ts';
import { closeWallet, freezeWallet, unfreezeWallet } from './status.ts';
import { changeTier } from './tier.ts';

const { db } = await testDatabase(migrations);
const { office, execute, wallet } = await testOperator(db);
afterEach(() => expectSoundBooks(db));

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
  return 'none';
}

const nobody = uuidFrom('wallet', 'nobody');

describe('opening', () => {
  const request = { requestId: 'open', displayName: 'Mei', tier: 'advanced' };

  test('is once per request', async () => {
    const [first, second] = await Promise.all([
      openWallet(office, request),
      openWallet(office, request),
    ]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ status: 'active', postedMinor: 0n, tier: 'advanced' });
    expect(first.walletId).toBe(uuidFrom('wallet', 'harbour-wallet', 'open'));
  });

  test('refuses an unknown tier and a reused request', async () => {
    expect(await reasonOf(openWallet(office, { ...request, displayName: 'Li' }))).toBe(
      'REQUEST_ID_REUSED',
    );
    const unknown = { ...request, requestId: 'tier', tier: 'gold' };
    expect(await reasonOf(openWallet(office, unknown))).toBe('TIER_UNKNOWN');
    expect(await reasonOf(getWallet(office, uuidFrom('wallet', 'harbour-wallet', 'tier')))).toBe(
      'WALLET_UNKNOWN',
    );
  });
});

describe('funds', () => {
  test('move once per request, whichever way', async () => {
    const { walletId } = await wallet('funds', { balanceMinor: 0n });
    const topUp = { kind: 'top_up' as const, walletId, requestId: 'one', amountMinor: 5_000n };
    await Promise.all([moveFunds(office, topUp), moveFunds(office, topUp)]);
    expect(await getWallet(office, walletId)).toMatchObject({ postedMinor: 5_000n });
    const other = [{ amountMinor: 5_001n }, { kind: 'withdrawal' as const }];
    for (const change of other) {
      expect(await reasonOf(moveFunds(office, { ...topUp, ...change }))).toBe('REQUEST_ID_REUSED');
    }
    const withdrawal = { ...topUp, kind: 'withdrawal' as const, requestId: 'two' };
    expect(await moveFunds(office, withdrawal)).toMatchObject({ postedMinor: 0n });
  });

  test('stay within the balance, and a refused request may come again', async () => {
    const { walletId } = await wallet('room', { tier: 'unverified', balanceMinor: 200_000n });
    const topUp = { kind: 'top_up' as const, walletId, requestId: 'x', amountMinor: 100_001n };
    expect(await reasonOf(moveFunds(office, topUp))).toBe('LIMIT_BALANCE');
    expect(await reasonOf(moveFunds(office, { ...topUp, amountMinor: 100_000n }))).toBe('none');
    const all = { ...topUp, kind: 'withdrawal' as const, requestId: 'y', amountMinor: 300_001n };
    expect(await reasonOf(moveFunds(office, all))).toBe('INSUFFICIENT_FUNDS');
    expect(await reasonOf(moveFunds(office, { ...all, amountMinor: 300_000n }))).toBe('none');
    expect(await reasonOf(moveFunds(office, { ...topUp, walletId: nobody }))).toBe(
      'WALLET_UNKNOWN',
    );
  });

  test('what is held cannot be withdrawn', async () => {
    const { walletId, lane } = await wallet('held', { balanceMinor: 1_000n });
    await execute([
      {
        ...{ kind: 'hold', lane, paymentId: uuidFrom('payment', 'held'), payer: { walletId } },
        ...{ amountMinor: 600n, expiresAtMs: Number.MAX_SAFE_INTEGER, holdTtlSeconds: 60 },
        terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor: 600n } }),
      },
    ]);
    const withdrawal = { kind: 'withdrawal' as const, walletId, requestId: 'w' };
    const tooMuch = moveFunds(office, { ...withdrawal, amountMinor: 401n });
    expect(await reasonOf(tooMuch)).toBe('INSUFFICIENT_FUNDS');
    expect(await moveFunds(office, { ...withdrawal, amountMinor: 400n })).toMatchObject({
      ...{ postedMinor: 600n, heldMinor: 600n, availableMinor: 0n },
    });
  });
});

describe('status and tier', () => {
  test('a frozen wallet takes and gives nothing until it is unfrozen', async () => {
    const { walletId } = await wallet('frozen', { balanceMinor: 100n });
    expect(await freezeWallet(office, walletId)).toMatchObject({ status: 'frozen' });
    expect(await freezeWallet(office, walletId)).toMatchObject({ status: 'frozen' });
    const topUp = { kind: 'top_up' as const, walletId, requestId: 'no', amountMinor: 1n };
    expect(await reasonOf(moveFunds(office, topUp))).toBe('WALLET_FROZEN');
    // What was done before the freeze is answered all the same.
    const first = { ...topUp, requestId: 'first', amountMinor: 100n };
    expect(await moveFunds(office, first)).toMatchObject({ postedMinor: 100n });
    expect(await unfreezeWallet(office, walletId)).toMatchObject({ status: 'active' });
    expect(await reasonOf(moveFunds(office, topUp))).toBe('none');
  });

  test('only an empty wallet is closed, and for ever', async () => {
    const { walletId } = await wallet('closing', { balanceMinor: 100n });
    expect(await reasonOf(closeWallet(office, walletId))).toBe('WALLET_NOT_EMPTY');
    const all = { kind: 'withdrawal' as const, walletId, requestId: 'all', amountMinor: 100n };
    await moveFunds(office, all);
    expect(await closeWallet(office, walletId)).toMatchObject({ status: 'closed' });
    expect(await closeWallet(office, walletId)).toMatchObject({ status: 'closed' });
    for (const change of [freezeWallet, unfreezeWallet]) {
      expect(await reasonOf(change(office, walletId))).toBe('WALLET_CLOSED');
    }
    expect(await reasonOf(changeTier(office, { walletId, tier: 'advanced' }))).toBe(
      'WALLET_CLOSED',
    );
  });

  test('a tier must be able to hold what the wallet holds', async () => {
    const { walletId } = await wallet('tiers', { balanceMinor: 300_001n });
    const down = { walletId, tier: 'unverified' };
    expect(await reasonOf(changeTier(office, down))).toBe('LIMIT_BALANCE');
    expect(await reasonOf(changeTier(office, { walletId, tier: 'gold' }))).toBe('TIER_UNKNOWN');
    const up = await changeTier(office, { walletId, tier: 'advanced' });
    expect(up.allowance).toMatchObject({ dayLeftMinor: 2_000_000n });
    expect(await reasonOf(changeTier(office, { ...down, walletId: nobody }))).toBe(
      'WALLET_UNKNOWN',
    );
  });
});

describe('lists', () => {
  test('wallets come newest first, each once, over all pages', async () => {
    for (const name of ['l1', 'l2', 'l3']) await wallet(name, { balanceMinor: 0n });
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await listWallets(office, { pageSize: 2, pageToken });
      seen.push(...page.wallets.map(({ displayName }) => displayName));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen.slice(0, 3)).toEqual(['l3', 'l2', 'l1']);
    expect(new Set(seen).size).toBe(seen.length);
    const forged = listWallets(office, { pageSize: 2, pageToken: 'bm9uc2Vuc2U' });
    expect(await reasonOf(forged)).toBe('PAGE_TOKEN_INVALID');
  });

  test('a statement tells every movement and what explains it', async () => {
    const { walletId, lane } = await wallet('statement');
    const paymentId = uuidFrom('payment', 'statement');
    const cancelled = uuidFrom('payment', 'statement cancelled');
    const pay = (id: string, kind: 'charge' | 'hold'): ChargeCommand => ({
      ...{ kind, lane, paymentId: id, payer: { walletId }, amountMinor: 6_421n },
      terms: termsOf({
        ...{ payee: { currencyCode: 'JPY', amountMinor: 1_280n }, rate: '19.94' },
        ...{ merchantCountry: 'JP', merchantName: 'Ramen Ichiban' },
      }),
      ...{ expiresAtMs: Number.MAX_SAFE_INTEGER, holdTtlSeconds: 60 },
    });
    await execute([
      pay(paymentId, 'hold'),
      { kind: 'capture', lane, paymentId },
      {
        ...{ kind: 'refund', lane, paymentId, amountMinor: 3_210n },
        refundId: uuidFrom('refund', paymentId, 'half'),
        payee: { currencyCode: 'JPY', amountMinor: 640n },
      },
      pay(cancelled, 'charge'),
      { kind: 'void', lane, paymentId: cancelled },
    ]);
    const first = await listEntries(office, { walletId, pageSize: 3, pageToken: '' });
    const rest = await listEntries(office, {
      walletId,
      pageSize: 3,
      pageToken: first.nextPageToken,
    });
    const entries = [...first.entries, ...rest.entries];
    expect(rest.nextPageToken).toBe('');
    const lines = entries.map((entry) => {
      const { amount, balanceAfter, description, payeeAmount } = entryMessage(entry, 'HKD');
      return [
        entry.code,
        amount?.amountMinor,
        balanceAfter?.amountMinor,
        description,
        payeeAmount?.amountMinor,
      ];
    });
    expect(lines).toEqual([
      ['cancel', 6_421n, 996_789n, 'Ramen Ichiban', 1_280n],
      ['payment', -6_421n, 990_368n, 'Ramen Ichiban', 1_280n],
      ['refund', 3_210n, 996_789n, 'Ramen Ichiban', 640n],
      ['payment', -6_421n, 993_579n, 'Ramen Ichiban', 1_280n],
      ['top_up', 1_000_000n, 1_000_000n, 'first', undefined],
    ]);
    const foreign = listEntries(office, {
      walletId: nobody,
      pageSize: 0,
      pageToken: first.nextPageToken,
    });
    expect(await reasonOf(foreign)).toBe('PAGE_TOKEN_INVALID');
    const unknown = listEntries(office, { walletId: nobody, pageSize: 0, pageToken: '' });
    expect(await reasonOf(unknown)).toBe('WALLET_UNKNOWN');
  });
});
