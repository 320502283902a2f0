import type { Database } from '@causeway/db';
import type { ProbeFinding } from '@causeway/proto/common';
import type { RecoveryServiceService } from '@causeway/proto/routing';
import type { IssuerServiceService } from '@causeway/proto/wallet';
import type { Client } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';
import { inWords, judge, type Said } from './judge.ts';
import { BEFORE_ALL, type BookingPlace, bookedAfter, bookedOf } from './store.ts';

/** What of routing a comparison asks. */
export type Standings = Pick<Client<typeof RecoveryServiceService>, 'listStandings'>;

/** What of a wallet operator a comparison asks. */
export type TakenBooks = Pick<Client<typeof IssuerServiceService>, 'listTaken'>;

const PAGE = 200;
const RULE = 'what a wallet operator took for a payment is what the switch and its books say';
/** More findings than this say no more. */
const MAX_FINDINGS = 20;

/** What a comparison has found. */
export interface Compared {
  findings: ProbeFinding[];
  unbooked: number;
  goodAt: Date | undefined;
}

/**
 * Compares one wallet operator's books with the switch's, payment by payment and in both directions, a
 * page at a time: what the operator took against what is booked, then what is booked against what it
 * took. Routing is asked only where they differ. A mismatch counts once it is found again, and until
 * it is found even.
 */
export class Comparison {
  readonly #suspects = new Map<string, Said>();
  readonly #findings = new Map<string, ProbeFinding>();
  #pageToken = '';
  #place: BookingPlace | undefined;
  #unbooked = 0;
  #unbookedInRound = 0;
  #goodAt: Date | undefined;

  constructor(
    private readonly options: { db: Database; routing: Standings; runtime: Runtime },
    private readonly issuerId: string,
  ) {}

  /** What it has found so far. */
  get state(): Compared {
    const findings = [...this.#findings.values()].slice(0, MAX_FINDINGS);
    return { findings, unbooked: this.#unbooked, goodAt: this.#goodAt };
  }

  /** Goes on for so long, at most once over all payments. Throws where somebody does not answer. */
  async look(operator: TakenBooks, budgetMs: number): Promise<void> {
    const { clock } = this.options.runtime;
    const untilMs = clock.monotonicMs() + budgetMs;
    await this.#lookAgain(operator);
    do {
      if (await this.#nextPage(operator)) return;
    } while (clock.monotonicMs() < untilMs);
  }

  /** Compares the next page. Answers whether it was the last one of a round. */
  async #nextPage(operator: TakenBooks): Promise<boolean> {
    if (this.#place === undefined) {
      const { payments, nextPageToken } = await operator.listTaken({
        ...{ paymentIds: [], pageToken: this.#pageToken, pageSize: PAGE },
      });
      const taken = new Map(payments.map((p) => [p.paymentId, p.takenAmount?.amountMinor ?? 0n]));
      await this.#compare([...taken.keys()], taken);
      this.#pageToken = nextPageToken;
      if (nextPageToken === '') this.#place = BEFORE_ALL;
      return false;
    }
    const page = await bookedAfter(this.options.db, this.issuerId, this.#place, PAGE);
    const ids = page.filter(({ keptMinor }) => keptMinor !== 0n).map((line) => line.paymentId);
    if (ids.length > 0) await this.#compare(ids, await takenOf(operator, ids));
    this.#place = page.at(-1);
    if (page.length === PAGE) return false;
    this.#endRound();
    return true;
  }

  #endRound(): void {
    this.#place = undefined;
    this.#unbooked = this.#unbookedInRound;
    this.#unbookedInRound = 0;
    if (this.#findings.size + this.#suspects.size > 0) return;
    this.#goodAt = this.options.runtime.clock.now();
  }

  /** Mismatches are looked at again before anything else, all there are. */
  async #lookAgain(operator: TakenBooks): Promise<void> {
    const ids = [...new Set([...this.#suspects.keys(), ...this.#findings.keys()])].slice(0, PAGE);
    if (ids.length === 0) return;
    const verdicts = await this.#verdicts(ids, await takenOf(operator, ids));
    for (const { said, verdict } of verdicts) {
      const { paymentId } = said;
      this.#suspects.delete(paymentId);
      if (verdict !== 'mismatch') this.#findings.delete(paymentId);
      else if (!this.#findings.has(paymentId)) {
        const sinceTime = this.options.runtime.clock.now();
        const finding = { check: 'wallet and switch', rule: RULE, detail: inWords(said) };
        this.#findings.set(paymentId, { ...finding, sinceTime });
      }
    }
  }

  async #compare(ids: readonly string[], taken: ReadonlyMap<string, bigint>): Promise<void> {
    for (const { said, verdict } of await this.#verdicts(ids, taken)) {
      if (verdict === 'unbooked') this.#unbookedInRound += 1;
      const isNew = verdict === 'mismatch' && !this.#findings.has(said.paymentId);
      if (isNew && this.#suspects.size < PAGE) this.#suspects.set(said.paymentId, said);
    }
  }

  async #verdicts(ids: readonly string[], taken: ReadonlyMap<string, bigint>) {
    const lines = await bookedOf(this.options.db, this.issuerId, ids);
    const booked = new Map(lines.map((line) => [line.paymentId, line.keptMinor]));
    const amounts = ids.map((paymentId) => ({
      paymentId,
      takenMinor: taken.get(paymentId) ?? 0n,
      bookedMinor: booked.get(paymentId) ?? 0n,
    }));
    const uneven = amounts.filter(({ takenMinor, bookedMinor }) => takenMinor !== bookedMinor);
    const known = await this.#standings(uneven.map(({ paymentId }) => paymentId));
    return amounts.map((amount) => {
      const said: Said = { ...amount, standing: known.get(amount.paymentId) };
      return { said, verdict: judge(said) };
    });
  }

  /** Asked after the books were read, so that what has rested since long was so when they were. */
  async #standings(paymentIds: string[]) {
    if (paymentIds.length === 0) return new Map();
    const { standings } = await this.options.routing.listStandings({ paymentIds });
    return new Map(standings.map((standing) => [standing.paymentId, standing]));
  }
}

async function takenOf(operator: TakenBooks, paymentIds: string[]): Promise<Map<string, bigint>> {
  const { payments } = await operator.listTaken({ paymentIds, pageToken: '', pageSize: 0 });
  return new Map(payments.map((p) => [p.paymentId, p.takenAmount?.amountMinor ?? 0n]));
}
