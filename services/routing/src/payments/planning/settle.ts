import { DeclineReason, type Money } from '@causeway/proto/common';
import type { SettlementPrice } from '@causeway/proto/fx';
import type { Settlement } from '@causeway/proto/routing';
import type { Candidate, Reach } from './reach.ts';

/** In which one currency an acquirer is settled; undefined where in those of its payments. */
export type SettlementCurrencyOf = (partnerId: string) => string | undefined;

/**
 * The currencies that partners at the ends of these routes are settled in, by partner id, as far as
 * they are other than the payee's. They are read once for a plan: terms may change meanwhile.
 */
export type SettledIn = ReadonlyMap<string, string>;

/** What the partners of a plan are settled, by partner id; none where it is the payee's amount. */
export type Settlements = ReadonlyMap<string, Settlement>;

const NONE: Settlements = new Map();

export function settledIn(
  currencyOf: SettlementCurrencyOf,
  candidates: readonly Candidate[],
  payee: Money,
): SettledIn {
  const found = new Map<string, string>();
  for (const { route } of candidates) {
    const currencyCode = currencyOf(route.partnerId);
    if (currencyCode === undefined || currencyCode === payee.currencyCode) continue;
    found.set(route.partnerId, currencyCode);
  }
  return found;
}

/** Each currency once, for one question to fx. */
export function currenciesOf(settled: SettledIn): string[] {
  return [...new Set(settled.values())].sort();
}

/**
 * The routes over which the payment can be settled by these prices, and what each partner is. A route
 * whose partner's currency has no fresh rate counts as stopped, so that the choice comes out the same
 * when it is made again, and so does one whose partner would get nothing. Where none is left, that is
 * why the payment is declined. Pure.
 */
export function settleable(
  reached: Reach,
  settled: SettledIn,
  prices: readonly SettlementPrice[],
): Reach & { settlements: Settlements } {
  if (settled.size === 0) return { ...reached, settlements: NONE };
  const priced = new Map(
    prices.map(({ amount, rate }) => [amount?.currencyCode, { amount, rate }]),
  );
  const settlements = new Map<string, Settlement>();
  for (const [partnerId, currencyCode] of settled) {
    const price = priced.get(currencyCode);
    if (price?.amount && price.amount.amountMinor > 0n) settlements.set(partnerId, price);
  }
  const isSettleable = ({ route: { partnerId } }: Candidate) =>
    !settled.has(partnerId) || settlements.has(partnerId);
  const candidates = reached.candidates.filter(isSettleable);
  const others = reached.candidates.filter((candidate) => !isSettleable(candidate));
  const stopped = [...reached.stopped, ...others];
  if (candidates.length > 0) return { ...reached, candidates, stopped, settlements };
  const hasRates = [...settled.values()].every((currencyCode) => priced.has(currencyCode));
  const decline = hasRates ? DeclineReason.AMOUNT_TOO_SMALL : DeclineReason.NO_FRESH_RATE;
  return { decline, candidates, stopped, settlements };
}
