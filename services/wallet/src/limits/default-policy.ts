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
  transit: {
    tiers: [
      {
        name: 'intermediate',
        ride_cap_minor: '15000',
        total_cap_minor: '40000',
        max_codes: 60,
        validity_seconds: 604_800,
        max_grants: 4,
        fare_advance_minor: '5000',
      },
      {
        name: 'advanced',
        ride_cap_minor: '30000',
        total_cap_minor: '100000',
        max_codes: 120,
        validity_seconds: 1_209_600,
        max_grants: 6,
        fare_advance_minor: '10000',
      },
    ],
    foreign: [
      { currency_code: 'CNY', hundredths_per_unit: '85' },
      { currency_code: 'MOP', hundredths_per_unit: '100' },
    ],
    loss_budget_minor: '5000000',
    exposure_limit_minor: '1000000000',
    floor_percent: 20,
  },
};
