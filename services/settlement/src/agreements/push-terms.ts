import type { Queryable } from '@causeway/db';
import type { ClearingDayServiceService } from '@causeway/proto/routing';
import type { Client } from '@causeway/rpc';
import { termsPushed } from '../metrics.ts';
import { participantOf, toParticipant } from '../participants.ts';
import type { Agreement } from './agreement.ts';
import { agreementOf, messageOf } from './message.ts';
import { agreementsInForce } from './store.ts';

/** What of routing's ClearingDayService is needed here. */
export type RoutingTerms = Pick<
  Client<typeof ClearingDayServiceService>,
  'listClearingDays' | 'putClearingTerms'
>;

/** After so many rounds all is put once more, in case routing was restored to an earlier state. */
const ROUNDS_REMEMBERED = 600;

/**
 * Keeps routing's clearing terms as the agreements have them. An agreement reaches routing once its
 * first day is the participant's running day there; routing may be away at that time, so a worker
 * pushes again and again, and each time only what routing has not taken yet.
 */
export class TermsPusher {
  #rounds = 0;
  /** The version that routing took from this process, by participant. */
  readonly #taken = new Map<string, number>();

  constructor(
    private readonly db: Queryable,
    private readonly routing: RoutingTerms,
    private readonly roundsRemembered = ROUNDS_REMEMBERED,
  ) {}

  /**
   * One round over all participants of routing's directory; answers how many terms were put. Throws
   * what a call threw, once the others were made: the next round does the rest.
   */
  async push(): Promise<number> {
    if (this.#rounds % this.roundsRemembered === 0) this.#taken.clear();
    this.#rounds += 1;
    const { days } = await this.routing.listClearingDays({});
    const running = days.flatMap(({ participant, openDate: clearingDate }) => {
      const known = participantOf(participant);
      return known && clearingDate !== '' ? [{ participant: known, clearingDate }] : [];
    });
    const rows = await agreementsInForce(this.db, running);
    const stale = rows
      .map((row) => agreementOf(messageOf(row)))
      .filter((one) => this.#isStale(one));
    const outcomes = await Promise.allSettled(stale.map((agreement) => this.#put(agreement)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return stale.length;
  }

  #isStale({ participant, version }: Agreement): boolean {
    return this.#taken.get(`${participant.kind}/${participant.id}`) !== version;
  }

  async #put({ participant, version, day, settlementCurrencyCode }: Agreement): Promise<void> {
    await this.routing.putClearingTerms({
      participant: toParticipant(participant),
      clearing: day,
      settlementCurrencyCode: settlementCurrencyCode ?? '',
    });
    this.#taken.set(`${participant.kind}/${participant.id}`, version);
    termsPushed.add(1);
  }
}
