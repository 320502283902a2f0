import type { Mid } from '../market/market.ts';
import { type PairKey, pairKey } from '../pairs.ts';
import type { Reference } from '../reference/reference.ts';
import type { ReferenceRate } from '../reference/table.ts';
import { type Ladder, ladderOf, tiersInPayerCurrency } from './ladder.ts';
import { type MarkupPolicy, tiersFor } from './policy.ts';

interface Kept {
  mid: Mid;
  reference: ReferenceRate;
  ladder: Ladder;
}

/**
 * The ladders of the market as it stands. One is made when it is first asked for after its middle
 * or its reference changed, and then serves every quote until they change again.
 */
export class PriceList {
  readonly #policy: MarkupPolicy;
  readonly #reference: Reference;
  readonly #kept = new Map<string, Kept>();

  constructor(policy: MarkupPolicy, reference: Reference) {
    this.#policy = policy;
    this.#reference = reference;
  }

  /**
   * The ladder around a middle, for a merchant in this country, or for the pair as such where the
   * code is empty. Undefined while there is no reference rate to disclose against.
   */
  ladderFor(mid: Mid, payeeCountryCode: string, nowMs: number): Ladder | undefined {
    const pair: PairKey = pairKey(mid.from, mid.to);
    const reference = this.#reference.freshRate(pair, nowMs);
    if (reference === undefined) return undefined;
    const { key, tiers } = tiersFor(this.#policy, mid, payeeCountryCode);
    const keptKey = `${pair} ${key}`;
    const kept = this.#kept.get(keptKey);
    if (kept?.mid === mid && kept.reference === reference) return kept.ladder;
    const { sizeCurrency } = this.#policy;
    const sizeToPayer = this.#reference.lastRate(pairKey(sizeCurrency, mid.from));
    const sized = tiersInPayerCurrency(tiers, sizeCurrency, mid.from, sizeToPayer);
    const ladder = ladderOf(mid, reference, sized);
    this.#kept.set(keptKey, { mid, reference, ladder });
    return ladder;
  }
}
