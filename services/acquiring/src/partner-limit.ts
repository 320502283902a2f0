import { Refusal } from '@causeway/runtime';

/**
 * How much of something one partner, or one wallet operator, may have at once, so that none starves
 * the others. Kept per replica.
 */
export class PartnerLimit {
  readonly #what: string;
  readonly #max: number;
  readonly #retryAfterMs: number;
  readonly #taken = new Map<string, number>();

  /** @param what names it in refusals: `calls in flight` */
  constructor(what: string, max: number, retryAfterMs: number) {
    this.#what = what;
    this.#max = max;
    this.#retryAfterMs = retryAfterMs;
  }

  /** Takes one for the partner. Throws OVERLOADED. */
  take(partnerId: string): void {
    const taken = this.#taken.get(partnerId) ?? 0;
    if (taken >= this.#max) {
      const message = `${partnerId} has ${taken} ${this.#what}, the most it may have`;
      throw new Refusal('OVERLOADED', message, { retryAfterMs: this.#retryAfterMs });
    }
    this.#taken.set(partnerId, taken + 1);
  }

  /** Gives one back. */
  giveBack(partnerId: string): void {
    const taken = (this.#taken.get(partnerId) ?? 0) - 1;
    if (taken > 0) this.#taken.set(partnerId, taken);
    else this.#taken.delete(partnerId);
  }
}
