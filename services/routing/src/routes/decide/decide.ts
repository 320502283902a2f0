import { EliminationReason, type Policy, type Rule } from '@causeway/proto/routing';
import { type Candidate, judged } from './judge.ts';
import type { DecisionInputs } from './question.ts';
import { byId } from './route-index.ts';
import { ruleFor } from './rules.ts';
import { drawnOrder } from './split.ts';

/** How many routes a payment may go through, one after the other. */
const PLAN_LENGTH = 3;

/** A choice, and how it came about. */
export interface Decision {
  /** The routes to take one after the other, at most three; empty where there is none. */
  plan: Candidate[];
  /** Those in the order of preference, then those that were passed over. */
  candidates: Candidate[];
  /** How many of the candidates have a place; the others are not taken. */
  rankedCount: number;
  rule: Rule | undefined;
  /** The stage that decided, in words. */
  decidedBy: string;
}

/**
 * Chooses the routes of a payment. Pure: the same inputs give the same choice on every machine
 * and for ever, which is what an explanation is checked by. Ties go to the lower route id.
 */
export function decide(inputs: DecisionInputs): Decision {
  const { question, policy } = inputs;
  const rule = ruleFor(policy, question);
  const standing = judged(inputs, rule);
  const fit = ordered(standing.filter(isFit), rule, question.paymentId);
  const passedOver = standing.filter((candidate) => !isFit(candidate)).sort(byScore);
  if (fit.length > 0) {
    return {
      plan: fit.slice(0, PLAN_LENGTH),
      candidates: [...fit, ...passedOver],
      rankedCount: fit.length,
      rule,
      decidedBy: stageOf(fit, standing.length, rule),
    };
  }
  const plan = byDefault(policy, passedOver).slice(0, PLAN_LENGTH);
  const candidates = [...plan, ...passedOver.filter((candidate) => !plan.includes(candidate))];
  const decidedBy = lastResort(plan, standing.length);
  return { plan, candidates, rankedCount: plan.length, rule, decidedBy };
}

function isFit({ eliminated }: Candidate): boolean {
  return eliminated === EliminationReason.UNSPECIFIED;
}

/** Probes come first, else a route that lost its good score could never win it back. */
function ordered(fit: Candidate[], rule: Rule | undefined, paymentId: string): Candidate[] {
  const place = placesBy(rule, fit, paymentId);
  const placeOf = ({ route, probe }: Candidate) =>
    probe ? -1 : (place.get(route.routeId) ?? place.size);
  return fit.sort((a, b) => placeOf(a) - placeOf(b) || byScore(a, b));
}

/** The places that a rule gives away; without one, scores alone count. */
function placesBy(
  rule: Rule | undefined,
  fit: readonly Candidate[],
  paymentId: string,
): Map<string, number> {
  const inOrder = (ids: readonly string[]) => new Map(ids.map((id, index) => [id, index]));
  switch (rule?.then?.$case) {
    case 'prefer':
      return inOrder(rule.then.value.routeIds);
    case 'split': {
      const present = new Set(fit.map(({ route }) => route.routeId));
      const order = drawnOrder(rule.then.value.shares, `split/${rule.name}`, paymentId);
      return inOrder(order.filter((id) => present.has(id)));
    }
    default:
      return new Map();
  }
}

function byScore(a: Candidate, b: Candidate): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  return byId(a.route.routeId, b.route.routeId);
}

function byDefault(policy: Policy, passedOver: readonly Candidate[]): Candidate[] {
  return policy.defaultRouteIds.flatMap(
    (id) =>
      passedOver.find(
        ({ route, eliminated }) => route.routeId === id && eliminated !== EliminationReason.STOPPED,
      ) ?? [],
  );
}

function stageOf(fit: readonly Candidate[], count: number, rule: Rule | undefined): string {
  const [first, second] = fit;
  if (first?.probe) return 'probe of a failing route';
  if (second === undefined) return count === 1 ? 'only candidate' : 'only candidate left';
  if (rule?.then?.$case === 'split') return `split of rule "${rule.name}"`;
  const preferred = rule?.then?.$case === 'prefer' ? rule.then.value.routeIds : [];
  if (preferred.includes(first?.route.routeId ?? '')) return `order of rule "${rule?.name}"`;
  return first?.score === second.score ? 'route id, as scores are equal' : 'lowest score';
}

function lastResort(plan: readonly Candidate[], count: number): string {
  if (plan.length > 0) return 'default list, as every candidate was passed over';
  return count === 0 ? 'no route leads there' : 'every candidate was passed over';
}
