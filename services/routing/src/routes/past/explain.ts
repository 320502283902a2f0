import { formatBps, formatFraction } from '@causeway/money';
import type { RouteCandidate, RouteExplanation } from '@causeway/proto/routing';
import { isUuid, type Logger } from '@causeway/runtime';
import { refuse } from '../../errors.ts';
import { choicesNotReproduced } from '../../metrics.ts';
import { successShare } from '../decide/cost.ts';
import { type Decision, decide } from '../decide/decide.ts';
import type { Candidate } from '../decide/judge.ts';
import { inputsOf, type Versions } from './inputs.ts';
import type { PastStore, TravelledPayment } from './store.ts';

export interface ExplainDeps extends Versions {
  past: PastStore;
  /** Whether there is such a payment at all. */
  isPayment(paymentId: string): Promise<boolean>;
  log: Logger;
}

/** Makes a payment's choice again and compares. Refuses PAYMENT_UNKNOWN, NOT_ROUTED. */
export async function explainRoute(
  deps: ExplainDeps,
  paymentId: string,
): Promise<RouteExplanation> {
  const payment = isUuid(paymentId) ? await deps.past.find(paymentId) : undefined;
  if (payment === undefined) throw await unexplained(deps, paymentId);
  const decision = decide(await inputsOf(deps, payment));
  const explanation = explanationOf(payment, decision);
  if (!explanation.reproduced) {
    choicesNotReproduced.add(1);
    const { routeIds } = payment.recorded;
    deps.log.error({ payment_id: paymentId, recorded: routeIds, made: planOf(decision) }, UNLIKE);
  }
  return explanation;
}

const UNLIKE = 'the choice of a route, made again, is not the one on record';

async function unexplained({ isPayment }: ExplainDeps, paymentId: string) {
  if (isUuid(paymentId) && (await isPayment(paymentId))) {
    return refuse('NOT_ROUTED', 'the payment ended before a route was chosen');
  }
  return refuse('PAYMENT_UNKNOWN', 'there is no such payment');
}

/** The choice, and whether it came out as it is on record. Pure. */
export function explanationOf(payment: TravelledPayment, decision: Decision): RouteExplanation {
  const { question, recorded, taken } = payment;
  const plan = planOf(decision);
  const { routeIds } = recorded;
  return {
    paymentId: question.paymentId,
    policyVersion: recorded.policyVersion,
    directoryVersion: recorded.directoryVersion,
    rateBoardId: recorded.price?.rateBoardId ?? '',
    scoreSnapshotId: recorded.scoreSnapshotId,
    ruleName: decision.rule?.name ?? '',
    candidates: decision.candidates.map((candidate, index) =>
      candidateView(candidate, index < decision.rankedCount ? index + 1 : 0),
    ),
    chosenRouteId: taken[0] ?? '',
    laterRouteIds: taken.slice(1),
    decidedBy: decision.decidedBy,
    reproduced:
      plan.length === routeIds.length &&
      plan.every((id, index) => id === routeIds[index]) &&
      taken.every((routeId) => routeIds.includes(routeId)),
  };
}

function planOf({ plan }: Decision): string[] {
  return plan.map(({ route }) => route.routeId);
}

function candidateView(candidate: Candidate, rank: number): RouteCandidate {
  const { route, cost, eliminated, outcomeCount, score, liquidityLeft, probe } = candidate;
  return {
    routeId: route.routeId,
    partnerId: route.partnerId,
    ...{ rank, eliminated, outcomeCount, liquidityLeft, probe },
    cost: {
      markupBps: formatBps(cost.markup),
      partnerBps: formatBps(cost.partner),
      schemeBps: formatBps(cost.scheme),
      totalBps: formatBps(cost.total),
    },
    successRate: formatFraction(successShare(candidate)),
    score: formatBps(score),
  };
}
