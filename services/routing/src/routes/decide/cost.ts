import {
  type FineBps,
  fineBps,
  fractionOf,
  parseRate,
  partInBps,
  spreadInBps,
} from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import type { RouteFees, RouteScore, Scoring } from '@causeway/proto/routing';
import type { Price } from './question.ts';

/** What a payment costs all in over a route, in basis points of the payee's amount. */
export interface Cost {
  markup: FineBps;
  /** The fixed part included. */
  partner: FineBps;
  scheme: FineBps;
  total: FineBps;
}

/** The distance of the price from the market's middle; nothing where nothing is converted. */
export function markupOf(price: Price | undefined): FineBps {
  return price ? spreadInBps(parseRate(price.midRate), parseRate(price.rate)) : 0n;
}

/** What the payment costs over a route with these fees. */
export function landedCost(markup: FineBps, fees: RouteFees | undefined, payeeAmount: Money): Cost {
  const { partnerBps, partnerFixedMinor, schemeBps } = fees ?? NO_FEES;
  const fixed =
    partnerFixedMinor === 0n ? 0n : partInBps(partnerFixedMinor, payeeAmount.amountMinor);
  const partner = fineBps(partnerBps) + fixed;
  const scheme = fineBps(schemeBps);
  return { markup, partner, scheme, total: markup + partner + scheme };
}

const NO_FEES: RouteFees = { partnerBps: 0, partnerFixedMinor: 0n, schemeBps: 0 };

/** What failures like those of late are to be expected to cost. Without outcomes it is nothing. */
export function failureCost(
  scoring: Scoring | undefined,
  { outcomeCount, successCount }: Pick<RouteScore, 'outcomeCount' | 'successCount'>,
): FineBps {
  const failureCount = outcomeCount - successCount;
  if (scoring === undefined || failureCount === 0n) return 0n;
  return fractionOf(fineBps(scoring.failureCostBps), failureCount, outcomeCount);
}

/** The share of payments that went well; one where there were none, as nothing speaks against it. */
export function successShare({
  outcomeCount,
  successCount,
}: Pick<RouteScore, 'outcomeCount' | 'successCount'>): FineBps {
  return outcomeCount === 0n ? fineBps(10_000) : partInBps(successCount, outcomeCount);
}
