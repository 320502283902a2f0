import type { PolicyDocument } from './policy.ts';

/**
 * The policy of a Hong Kong wallet operator, used where POLICY_FILE names no other. Amounts are
 * minor units of HKD: "200000" is HKD 2,000.
 */
export const DEFAULT_POLICY: PolicyDocument = {
  issuer_country: 'HK',
  currency_code: 'HKD',
  time_zone: 'Asia/Hong_Kong',
  code_ttl_seconds: 60,
  tiers: [
    {
      name: 'unverified',
      single_minor: '200000',
      day_minor: '300000',
      year_minor: '2500000',
      balance_minor: '300000',
      advance_minor: '0',
    },
    {
      name: 'intermediate',
      single_minor: '500000',
      day_minor: '1000000',
      year_minor: '10000000',
      balance_minor: '10000000',
      advance_minor: '5000',
    },
    {
      name: 'advanced',
      single_minor: '500000',
      day_minor: '2000000',
      year_minor: '20000000',
      balance_minor: '10000000',
      advance_minor: '5000',
    },
  ],
  corridors: [{ corridor: 'HK-CN', single_minor: '1000000' }],
  agreement_suspend_after_unpaid: 3,
};
