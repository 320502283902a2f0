import { PaymentMethod } from '@causeway/proto/common';
import { Policy, Route, type RouteScore, type Rule } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import type { DecisionInputs, Question } from './decide/question.ts';
import { RouteIndex } from './decide/route-index.ts';
import { BUILT_IN_POLICY } from './policies/built-in.ts';
import { unknownScore } from './scores/scores.ts';

/** A route of `siam` to Thailand that serves PromptPay and costs nothing, changed as given. */
export function routeWith(routeId: string, changes: Partial<Route> = {}): Route {
  return {
    ...Route.fromJSON({
      route_id: routeId,
      partner_id: 'siam',
      country_code: 'TH',
      currency_codes: ['THB'],
      clearing: { time_zone: 'Asia/Bangkok', cut_off_seconds: 0 },
      scheme_ids: ['TH.PROMPTPAY'],
      fees: {},
    }),
    ...changes,
  };
}

/** A route whose partner takes so many basis points. */
export function routeAt(routeId: string, partnerBps: number, changes: Partial<Route> = {}): Route {
  const fees = { partnerBps, partnerFixedMinor: 0n, schemeBps: 0 };
  return routeWith(routeId, { fees, ...changes });
}

/** The built-in policy with these rules, changed as given. */
export function policyWith(rules: Rule[], changes: Partial<Policy> = {}): Policy {
  return { ...BUILT_IN_POLICY, version: 1n, description: 'test', rules, ...changes };
}

/** A rule for all payments, or those of a condition in JSON. */
export function ruleWith(name: string, then: Rule['then'], when?: object): Rule {
  const condition = when && Policy.fromJSON({ rules: [{ name, when }] }).rules[0]?.when;
  return { name, when: condition, then };
}

export function split(percents: Readonly<Record<string, number>>): Rule['then'] {
  const shares = Object.entries(percents).map(([routeId, percent]) => ({ routeId, percent }));
  return { $case: 'split', value: { shares } };
}

/** THB 250.00 to a PromptPay code in Thailand, changed as given. */
export function questionWith(changes: Partial<Question> = {}): Question {
  return {
    paymentId: uuidFrom('test', 'payment'),
    issuerId: 'harbour-wallet',
    method: PaymentMethod.MERCHANT_QR,
    payeeAmount: { currencyCode: 'THB', amountMinor: 25_000n },
    categoryCode: '5812',
    targets: [{ partnerId: '', schemeId: 'TH.PROMPTPAY', countryCode: 'TH' }],
    price: {
      rateBoardId: '8f0c6f0e-0000-8000-8000-0000000000bb',
      rate: '4.0905',
      midRate: '4.1234',
    },
    ...changes,
  };
}

/** A score with so many outcomes, of which so many went well, changed as given. */
export function scoreWith(
  routeId: string,
  outcomes: number,
  successes: number,
  changes: Partial<RouteScore> = {},
): RouteScore {
  const counts = { outcomeCount: BigInt(outcomes), successCount: BigInt(successes) };
  return { ...unknownScore(routeId), ...counts, ...changes };
}

/** What to decide from: these routes under the built-in policy, changed as given. */
export function inputsWith(
  routes: readonly Route[],
  changes: Partial<Omit<DecisionInputs, 'scores' | 'stopped'>> & {
    scores?: readonly RouteScore[];
    stopped?: readonly string[];
  } = {},
): DecisionInputs {
  const { scores = [], stopped = [], ...others } = changes;
  return {
    question: questionWith(),
    policy: policyWith([]),
    routes: new RouteIndex(routes),
    scores: new Map(scores.map((score) => [score.routeId, score])),
    stopped: new Set(stopped),
    ...others,
  };
}
