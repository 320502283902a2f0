import type { Elimination, Policy, Rule, Scoring, VolumeSplit } from '@causeway/proto/routing';
import type { FieldViolation } from '@causeway/runtime';
import { checkCondition } from './check-condition.ts';
import { Problems } from './problems.ts';

/** What a policy may name. */
export interface Known {
  isRoute(routeId: string): boolean;
  isIssuer(issuerId: string): boolean;
}

const MAX_RULES = 256;
const MAX_LISTED = 256;

/**
 * Everything that is wrong with a policy, all at once. A problem within a rule names the rule:
 * `policy.rules[2] "weekend".split.shares`.
 */
export function problemsOf(policy: Policy, known: Known): FieldViolation[] {
  const problems = new Problems([], 'policy');
  const { description, rules, scoring, elimination, defaultRouteIds } = policy;
  requireText(problems.at('description'), description, 256);
  problems.at('rules').require(rules.length <= MAX_RULES, `takes at most ${MAX_RULES} rules`);
  for (const [index, rule] of rules.entries()) {
    const own = problems.at('rules').item(index, rule.name);
    checkRule(own, rule, known);
    const isFirst = rules.findIndex(({ name }) => name === rule.name) === index;
    own.at('name').require(isFirst, 'is the name of an earlier rule too');
  }
  checkScoring(problems.at('scoring'), scoring);
  checkElimination(problems.at('elimination'), elimination);
  checkRoutes(problems.at('default_route_ids'), defaultRouteIds, known);
  return problems.found;
}

function checkRule(problems: Problems, rule: Rule, known: Known): void {
  requireText(problems.at('name'), rule.name, 64);
  if (rule.when) checkCondition(problems.at('when'), rule.when, known);
  const { then: effect } = rule;
  switch (effect?.$case) {
    case 'only':
    case 'avoid':
    case 'prefer': {
      const own = problems.at(effect.$case).at('route_ids');
      own.require(effect.value.routeIds.length > 0, 'needs at least one route');
      checkRoutes(own, effect.value.routeIds, known);
      break;
    }
    case 'split':
      checkSplit(problems.at('split').at('shares'), effect.value, known);
      break;
    case undefined:
      problems.add('says nothing: it takes one of only, avoid, prefer, split');
  }
}

function checkSplit(problems: Problems, { shares }: VolumeSplit, known: Known): void {
  for (const [index, { percent }] of shares.entries()) {
    problems.item(index).at('percent').requireWithin(percent, 1, 100);
  }
  const total = shares.reduce((sum, { percent }) => sum + percent, 0);
  problems.require(total === 100, `take 100 percent together, not ${total}`);
  const ids = shares.map(({ routeId }) => routeId);
  checkRoutes(problems, ids, known);
}

function checkRoutes(problems: Problems, routeIds: readonly string[], known: Known): void {
  problems.require(routeIds.length <= MAX_LISTED, `takes at most ${MAX_LISTED} routes`);
  for (const [index, routeId] of routeIds.entries()) {
    const own = problems.item(index);
    own.require(known.isRoute(routeId), `names a route that is not known: "${routeId}"`);
    own.require(routeIds.indexOf(routeId) === index, `names "${routeId}" a second time`);
  }
}

function checkScoring(problems: Problems, scoring: Scoring | undefined): void {
  if (scoring === undefined) {
    problems.add('is missing');
    return;
  }
  problems.at('failure_cost_bps').requireWithin(scoring.failureCostBps, 0, 100_000);
  problems.at('window_seconds').requireWithin(scoring.windowSeconds, 10, 86_400);
}

function checkElimination(problems: Problems, elimination: Elimination | undefined): void {
  if (elimination === undefined) {
    problems.add('is missing');
    return;
  }
  problems.at('min_outcomes').requireWithin(elimination.minOutcomes, 1, 10_000);
  problems.at('failure_percent').requireWithin(elimination.failurePercent, 1, 100);
  problems.at('open_seconds').requireWithin(elimination.openSeconds, 1, 3_600);
  problems.at('probe_one_in').requireWithin(elimination.probeOneIn, 1, 1_000);
  problems.at('close_after').requireWithin(elimination.closeAfter, 1, 100);
}

function requireText(problems: Problems, text: string, longest: number): void {
  const holds = text.length >= 1 && text.length <= longest;
  problems.require(holds, `takes 1 to ${longest} characters`);
}
