import { uuidFrom } from '@causeway/runtime';
import { expect, test } from 'vitest';
import type { AgreementRecord } from '../agreements/agreement.ts';
import { MOMENT, rules, type World, workingSet } from '../testing/memory.fixture.ts';
import { MERCHANT_ID, termsOf } from '../testing/terms.fixture.ts';
import type { ChargeCommand, DebitCommand } from './command.ts';
import { decideCommand } from './decide.ts';

const lane = 7;
const walletId = '5b0b1c1e-0000-8000-8000-000000000007';
const agreementId = uuidFrom('agreement', 'rules');
const wallet = {
  ...{ lane, walletId, tier: 'intermediate', owes: false },
  status: 'active' as const,
};
const agreement: AgreementRecord = {
  ...{ lane, agreementId, walletId, merchantId: MERCHANT_ID, merchant: new Uint8Array() },
  ...{ description: 'Rides', state: 'active', suspendedFor: undefined, unpaidCount: 0 },
  hasPaid: true,
  ...{ chargeCapMinor: 10_000n, periodCapMinor: 25_000n, period: 'month', version: 1n },
  ...{ signedAtMs: MOMENT.nowMs, updatedAtMs: MOMENT.nowMs },
};
const used = (period: string, usedMinor: bigint) => ({ lane, agreementId, period, usedMinor });
const world: World = { wallet, balanceMinor: 1_000_000n, agreements: [agreement] };

function charge(change: Partial<DebitCommand> = {}): DebitCommand {
  const amountMinor = change.amountMinor ?? 10_000n;
  return {
    ...{ kind: 'charge', lane, paymentId: uuidFrom('payment', 'rules'), amountMinor },
    ...{ payer: { agreementId, walletId }, expiresAtMs: MOMENT.nowMs + 1, holdTtlSeconds: 0 },
    terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor } }),
    ...change,
  };
}

async function decided(before: World, ...commands: ChargeCommand[]) {
  const set = await workingSet(before, commands);
  const words = commands.map((command) => {
    const answer = decideCommand(set, command, rules);
    if ('refusal' in answer) return answer.refusal.reason;
    return answer.charge.declineReason ?? answer.charge.state;
  });
  return { set, words };
}

const elsewhere = {
  ...termsOf({ payee: { currencyCode: 'HKD', amountMinor: 1n } }),
  merchantId: walletId,
};
const suspended = { state: 'suspended', suspendedFor: 'payer' } as const;

test.each<[string, Partial<World>, Partial<AgreementRecord>, Partial<DebitCommand>]>([
  ['captured', {}, {}, {}],
  ['held', {}, {}, { kind: 'hold', holdTtlSeconds: 30 }],
  // Of several reasons the first counts.
  ['EXPIRED', {}, { state: 'ended' }, { expiresAtMs: MOMENT.nowMs, terms: elsewhere }],
  ['AGREEMENT_UNKNOWN', {}, {}, { payer: { agreementId: uuidFrom('agreement', 'no') } }],
  ['AGREEMENT_ENDED', { wallet: { ...wallet, status: 'closed' } }, { state: 'ended' }, {}],
  ['AGREEMENT_ENDED', {}, suspended, { terms: elsewhere }],
  ['WALLET_CLOSED', { wallet: { ...wallet, status: 'closed' } }, suspended, {}],
  ['WALLET_FROZEN', { wallet: { ...wallet, status: 'frozen' } }, suspended, {}],
  ['AGREEMENT_SUSPENDED', {}, suspended, { amountMinor: 10_001n }],
  ['LIMIT_AGREEMENT_CHARGE', {}, { periodCapMinor: 10_000n }, { amountMinor: 10_001n }],
  ['LIMIT_AGREEMENT_PERIOD', { agreementUsage: [used('2026-11', 15_001n)] }, {}, {}],
  ['captured', { agreementUsage: [used('2026-11', 15_000n)] }, {}, {}],
  ['captured', { agreementUsage: [used('2026-10', 25_000n)] }, {}, {}],
  [
    'LIMIT_AGREEMENT_PERIOD',
    { agreementUsage: [used('2026-11-16', 15_001n)] },
    { period: 'day' },
    {},
  ],
  ['captured', { agreementUsage: [used('2026-11-15', 25_000n)] }, { period: 'day' }, {}],
  ['LIMIT_DAY', { usage: { dayMinor: 990_001n, yearMinor: 990_001n } }, {}, {}],
  ['captured', { balanceMinor: 5_000n }, {}, {}],
  ['INSUFFICIENT_FUNDS', { balanceMinor: 4_999n }, {}, {}],
  ['INSUFFICIENT_FUNDS', { balanceMinor: 9_999n }, { hasPaid: false }, {}],
])('a charge under an agreement ends as %s', async (expected, before, of, change) => {
  const agreements = [{ ...agreement, ...of }];
  expect((await decided({ ...world, ...before, agreements }, charge(change))).words).toEqual([
    expected,
  ]);
});

test('an advance suspends what is active, and its repayment resumes only that', async () => {
  const [films, paused] = ['films', 'paused'].map((name) => uuidFrom('agreement', name));
  const agreements: AgreementRecord[] = [
    ...[agreement, { ...agreement, agreementId: films ?? '' }],
    { ...agreement, ...suspended, agreementId: paused ?? '' },
  ];
  const command = charge();
  const { set, words } = await decided({ ...world, balanceMinor: 6_000n, agreements }, command);
  expect(words).toEqual(['captured']);
  expect(set.agreements.changed()).toHaveLength(2);
  for (const changed of set.agreements.changed()) {
    expect(changed).toMatchObject({ suspendedFor: 'arrears', version: 2n });
  }
  const fence = { kind: 'void' as const, lane, paymentId: command.paymentId };
  const both = await decided({ ...world, balanceMinor: 6_000n, agreements }, command, fence);
  expect(both.words).toEqual(['captured', 'voided']);
  expect(both.set.agreement(lane, films ?? '')).toMatchObject({ state: 'active', version: 3n });
  expect(both.set.agreement(lane, paused ?? '')).toMatchObject({ ...suspended, version: 1n });
});

test('where nothing is advanced the balance decides', async () => {
  const unverified = { ...wallet, tier: 'unverified' };
  const { set, words } = await decided(
    { ...world, wallet: unverified, balanceMinor: 9_999n },
    charge(),
  );
  expect(words).toEqual(['INSUFFICIENT_FUNDS']);
  expect(set.agreement(lane, agreementId)).toMatchObject({ unpaidCount: 1, state: 'active' });
});
