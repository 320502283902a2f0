import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from './default-policy.ts';
import { parsePolicy, singleLimitOf, tierOf } from './policy.ts';
import { allowanceOf } from './spending.ts';

test('the built-in policy has the figures of a Hong Kong wallet', () => {
  const policy = parsePolicy(JSON.parse(JSON.stringify(DEFAULT_POLICY)));
  expect(policy).toMatchObject({ currencyCode: 'HKD', timeZone: 'Asia/Hong_Kong' });
  expect([...policy.tiers.keys()]).toEqual(['unverified', 'intermediate', 'advanced']);
  expect(tierOf(policy, 'advanced')).toMatchObject({ singleMinor: 500_000n, dayMinor: 2_000_000n });
  expect(singleLimitOf(policy, 'advanced', 'CN')).toBe(1_000_000n);
  expect(singleLimitOf(policy, 'advanced', 'JP')).toBe(500_000n);
  expect(policy).toMatchObject({ agreementSuspendAfterUnpaid: 3 });
  const lent = [...policy.tiers.values()].map(({ advanceMinor }) => advanceMinor);
  expect(lent).toEqual([0n, 5_000n, 5_000n]);
});

test('a tier that is configured no more allows nothing', () => {
  const policy = parsePolicy(DEFAULT_POLICY);
  expect(tierOf(policy, 'gone')).toMatchObject({
    ...{ singleMinor: 0n, balanceMinor: 0n, advanceMinor: 0n },
  });
});

test('an allowance is never negative', () => {
  const policy = parsePolicy(DEFAULT_POLICY);
  const usage = { dayMinor: 300_001n, yearMinor: 2_499_999n };
  expect(allowanceOf(policy, 'unverified', usage)).toMatchObject({
    ...{ dayLeftMinor: 0n, yearLeftMinor: 1n },
  });
});

const [tier] = DEFAULT_POLICY.tiers;

test.each<[string, unknown]>([
  ['not an object', []],
  ['an unknown currency', { ...DEFAULT_POLICY, currency_code: 'XXQ' }],
  ['an unknown time zone', { ...DEFAULT_POLICY, time_zone: 'Asia/Nowhere' }],
  ['no tier', { ...DEFAULT_POLICY, tiers: [] }],
  ['a tier twice', { ...DEFAULT_POLICY, tiers: [tier, tier] }],
  ['an amount as a number', { ...DEFAULT_POLICY, tiers: [{ ...tier, single_minor: 200_000 }] }],
  ['a negative amount', { ...DEFAULT_POLICY, tiers: [{ ...tier, day_minor: '-1' }] }],
  [
    'a malformed corridor',
    { ...DEFAULT_POLICY, corridors: [{ corridor: 'HKCN', single_minor: '1' }] },
  ],
  ['an advance without a cap', { ...DEFAULT_POLICY, tiers: [{ ...tier, advance_minor: '' }] }],
  ['unpaid charges without an end', { ...DEFAULT_POLICY, agreement_suspend_after_unpaid: 0 }],
  ['a code that never ends', { ...DEFAULT_POLICY, code_ttl_seconds: 0 }],
])('%s is refused', (_name, document) => {
  expect(() => parsePolicy(document)).toThrow(/policy|tier|corridor/);
});
