import type { FineBps } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import {
  CircuitState,
  EliminationReason,
  type Policy,
  type Route,
  type RouteScore,
  type Rule,
} from '@causeway/proto/routing';
import { throwOf } from './chance.ts';
import { type Cost, failureCost, landedCost, markupOf } from './cost.ts';
import type { DecisionInputs } from './question.ts';
import { leaves } from './rules.ts';

/** A route that could carry the payment, and what was held for and against it. */
export interface Candidate {
  route: Route;
  cost: Cost;
  outcomeCount: bigint;
  successCount: bigint;
  /** Cost and what failures cost; the lowest is best. */
  score: FineBps;
  /** Undefined where it is not limited in the payment's currency. */
  liquidityLeft: Money | undefined;
  /** Why it is passed over; unspecified where it is not. */
  eliminated: EliminationReason;
  /** Whether the payment is let through an open circuit. */
  probe: boolean;
}

/** Holds every route that could carry the payment against costs, scores, rule and stops. */
export function judged(inputs: DecisionInputs, rule: Rule | undefined): Candidate[] {
  const { question, routes } = inputs;
  const leading = routes.routesFor(question);
  // The price is that of the payment, whichever way it goes.
  const markup = leading.length === 0 ? 0n : markupOf(question.price);
  return leading.map((route) => judgedOne(inputs, rule, route, markup));
}

function judgedOne(
  { question, policy, scores, stopped }: DecisionInputs,
  rule: Rule | undefined,
  route: Route,
  markup: FineBps,
): Candidate {
  const { payeeAmount, paymentId } = question;
  const known = scores.get(route.routeId);
  const cost = landedCost(markup, route.fees, payeeAmount);
  const candidate = {
    route,
    cost,
    outcomeCount: known?.outcomeCount ?? 0n,
    successCount: known?.successCount ?? 0n,
    score: cost.total + (known ? failureCost(policy.scoring, known) : 0n),
    liquidityLeft: liquidityOf(known, payeeAmount),
    eliminated: EliminationReason.UNSPECIFIED,
    probe: known?.circuitState === CircuitState.PROBING && isProbe(policy, route, paymentId),
  };
  const isStopped = stopped.has(route.routeId);
  candidate.eliminated = whyNot(candidate, known, isStopped, rule, payeeAmount);
  return candidate;
}

function whyNot(
  { route, probe, liquidityLeft }: Candidate,
  known: RouteScore | undefined,
  isStopped: boolean,
  rule: Rule | undefined,
  payeeAmount: Money,
): EliminationReason {
  if (isStopped) return EliminationReason.STOPPED;
  if (!leaves(rule, route.routeId)) return EliminationReason.RULE;
  if (isOpen(known) && !probe) return EliminationReason.FAILING;
  const isShort = liquidityLeft && liquidityLeft.amountMinor < payeeAmount.amountMinor;
  return isShort ? EliminationReason.LIQUIDITY : EliminationReason.UNSPECIFIED;
}

function isOpen(known: RouteScore | undefined): boolean {
  const state = known?.circuitState;
  return state === CircuitState.OPEN || state === CircuitState.PROBING;
}

/** A limit in another currency says nothing of this payment. */
function liquidityOf(known: RouteScore | undefined, payeeAmount: Money): Money | undefined {
  const left = known?.liquidityLeft;
  return left?.currencyCode === payeeAmount.currencyCode ? left : undefined;
}

/** Each route draws its own probes, so that several open circuits do not share the same payments. */
function isProbe({ elimination }: Policy, { routeId }: Route, paymentId: string): boolean {
  return throwOf(`probe/${routeId}`, paymentId, elimination?.probeOneIn ?? 1) === 0;
}
