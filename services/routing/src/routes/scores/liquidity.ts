import type { Money } from '@causeway/proto/common';
import type { Carried, ScoreStore } from './store.ts';

/**
 * What routes may still carry. Captures are gathered here and added to the shared table about
 * once a second, so that a payment waits for no row that all others want too. A route can be
 * exceeded by what is captured within that second; and by what this process had gathered when it
 * was killed, which the operator's next grant puts right.
 */
export class Liquidity {
  #gathered = new Map<string, Carried>();

  constructor(private readonly store: Pick<ScoreStore, 'carry' | 'liquidityLeft'>) {}

  /** Counts a capture. */
  carried(routeId: string, amount: Money): void {
    const key = `${routeId}/${amount.currencyCode}`;
    const amountMinor = (this.#gathered.get(key)?.amount.amountMinor ?? 0n) + amount.amountMinor;
    const { currencyCode } = amount;
    this.#gathered.set(key, { routeId, amount: { currencyCode, amountMinor } });
  }

  /** Writes what was gathered, and answers what every limited route has left, by route id. */
  async settled(): Promise<Map<string, Money>> {
    const gathered = this.#gathered;
    if (gathered.size > 0) {
      this.#gathered = new Map();
      try {
        await this.store.carry([...gathered.values()]);
      } catch (error) {
        // Where the answer alone was lost it counts twice, which errs on the safe side.
        for (const { routeId, amount } of gathered.values()) this.carried(routeId, amount);
        throw error;
      }
    }
    return this.store.liquidityLeft();
  }
}
