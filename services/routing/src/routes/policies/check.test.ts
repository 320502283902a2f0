import { Policy } from '@causeway/proto/routing';
import { expect, test } from 'vitest';
import { BUILT_IN_POLICY } from './built-in.ts';
import { problemsOf } from './check.ts';

const known = {
  isRoute: (routeId: string) => ['siam-th', 'lanna-th'].includes(routeId),
  isIssuer: (issuerId: string) => issuerId === 'harbour-wallet',
};
const problems = (json: object) =>
  problemsOf(Policy.fromJSON({ ...(Policy.toJSON(BUILT_IN_POLICY) as object), ...json }), known);
const fieldsOf = (json: object) => problems(json).map(({ field }) => field);

test('the built-in policy is sound, and so is one that uses everything', () => {
  expect(problems({})).toEqual([]);
  const when = {
    issuer_ids: ['harbour-wallet'],
    country_codes: ['TH'],
    currency_codes: ['THB'],
    methods: ['PAYMENT_METHOD_CODE', 'PAYMENT_METHOD_MERCHANT_QR'],
    category_codes: ['5812'],
    scheme_ids: ['TH.PROMPTPAY'],
    min_payee_amount: { currency_code: 'THB', amount_minor: '100' },
    max_payee_amount: { currency_code: 'THB', amount_minor: '100' },
  };
  const share = (route_id: string, percent: number) => ({ route_id, percent });
  const rules = [
    { name: 'weekend', when, split: { shares: [share('siam-th', 60), share('lanna-th', 40)] } },
    { name: 'only', only: { route_ids: ['siam-th'] } },
    { name: 'avoid', avoid: { route_ids: ['siam-th'] } },
    { name: 'prefer', prefer: { route_ids: ['siam-th', 'lanna-th'] } },
  ];
  expect(problems({ rules, default_route_ids: ['siam-th'] })).toEqual([]);
});

test('everything that is wrong is told at once, each by its rule', () => {
  const rules = [
    { name: 'fine', only: { route_ids: ['siam-th'] } },
    { name: 'fine', only: { route_ids: [] } },
    {
      name: 'weekend',
      split: {
        shares: [
          { route_id: 'siam-th', percent: 70 },
          { route_id: 'siam-th', percent: 0 },
        ],
      },
    },
    { name: '', prefer: { route_ids: ['nowhere'] } },
    { name: 'mute', when: { country_codes: ['Japan'], methods: ['PAYMENT_METHOD_UNSPECIFIED'] } },
  ];
  const found = problems({
    description: '',
    rules,
    scoring: { failure_cost_bps: -1, window_seconds: 9 },
    default_route_ids: ['nowhere'],
  });
  expect(found.map(({ field, description }) => `${field} ${description}`)).toEqual([
    'policy.description takes 1 to 256 characters',
    'policy.rules[1] "fine".only.route_ids needs at least one route',
    'policy.rules[1] "fine".name is the name of an earlier rule too',
    'policy.rules[2] "weekend".split.shares[1].percent takes 1 to 100',
    'policy.rules[2] "weekend".split.shares take 100 percent together, not 70',
    'policy.rules[2] "weekend".split.shares[1] names "siam-th" a second time',
    'policy.rules[3].name takes 1 to 64 characters',
    'policy.rules[3].prefer.route_ids[0] names a route that is not known: "nowhere"',
    'policy.rules[4] "mute".when.country_codes[0] is not an ISO 3166-1 alpha-2 code: "Japan"',
    'policy.rules[4] "mute".when.methods[0] is not a way to pay: "0"',
    'policy.rules[4] "mute" says nothing: it takes one of only, avoid, prefer, split',
    'policy.scoring.failure_cost_bps takes 0 to 100000',
    'policy.scoring.window_seconds takes 10 to 86400',
    'policy.default_route_ids[0] names a route that is not known: "nowhere"',
  ]);
});

test.each([
  [{ issuer_ids: ['nobody'] }, 'issuer_ids[0]'],
  [{ currency_codes: ['ZZZ'] }, 'currency_codes[0]'],
  [{ category_codes: ['58'] }, 'category_codes[0]'],
  [{ scheme_ids: [''] }, 'scheme_ids[0]'],
  [{ min_payee_amount: { currency_code: 'THB', amount_minor: '0' } }, 'min_payee_amount'],
  [
    {
      currency_codes: ['JPY'],
      max_payee_amount: { currency_code: 'THB', amount_minor: '5' },
    },
    'max_payee_amount',
  ],
  [
    {
      min_payee_amount: { currency_code: 'THB', amount_minor: '6' },
      max_payee_amount: { currency_code: 'THB', amount_minor: '5' },
    },
    'max_payee_amount',
  ],
])('a condition %j is refused', (when, field) => {
  const rules = [{ name: 'r', when, only: { route_ids: ['siam-th'] } }];
  expect(fieldsOf({ rules })).toEqual([`policy.rules[0] "r".when.${field}`]);
});

test('a policy says what failures are worth and when a route counts as failing', () => {
  expect(fieldsOf({ scoring: undefined, elimination: undefined })).toEqual([
    'policy.scoring',
    'policy.elimination',
  ]);
});
