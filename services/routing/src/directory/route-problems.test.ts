import type { DeclineReason } from '@causeway/proto/common';
import { RefusalClass, type RefusalRule, type Route } from '@causeway/proto/routing';
import { expect, test } from 'vitest';
import { routeTo } from '../testing/world.fixture.ts';
import { routeProblems } from './route-problems.ts';

const rule = (changes: Partial<RefusalRule> = {}): RefusalRule => ({
  ...{ refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE, declineReason: 0, ...changes },
});
const fees = { partnerBps: 60, partnerFixedMinor: 0n, schemeBps: 10 };

test('a route with everything that it may have is sound', () => {
  const route = routeTo('sakura-jp', {
    ...{ schemeIds: ['jp.test', 'SG.PAYNOW'], connectorAddress: 'partner:1', fees },
    ...{ refusalRules: [rule()], maxInFlight: 8 },
  });
  expect(routeProblems(route)).toEqual([]);
});

test.each<[string, Partial<Route>]>([
  ['route.scheme_ids', { schemeIds: ['SG.PAYNOW', 'SG.PAYNOW'] }],
  ['route.scheme_ids', { schemeIds: ['two words'] }],
  ['route.connector_address', { connectorAddress: 'no-port' }],
  ['route.fees.partner_bps', { fees: { ...fees, partnerBps: 10_001 } }],
  ['route.fees.partner_fixed_minor', { fees: { ...fees, partnerFixedMinor: -1n } }],
  ['route.fees.scheme_bps', { fees: { ...fees, schemeBps: -1 } }],
  ['route.refusal_rules[1].refusal_code', { refusalRules: [rule(), rule({ refusalCode: '' })] }],
  ['route.refusal_rules[0].refusal_class', { refusalRules: [rule({ refusalClass: 0 })] }],
  [
    'route.refusal_rules[0].decline_reason',
    { refusalRules: [rule({ declineReason: 999 as DeclineReason })] },
  ],
  ['route.refusal_rules', { refusalRules: [rule(), rule()] }],
  ['route.max_in_flight', { maxInFlight: -1 }],
])('a wrong %s is named', (field, changes) => {
  const problems = routeProblems(routeTo('sakura-jp', changes));
  expect(problems.map((problem) => problem.field)).toEqual([field]);
});
