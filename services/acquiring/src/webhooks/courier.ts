import { type Coalesced, coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { FeedHints } from '../feed/hints.ts';
import type { NamedKey } from '../keys.ts';
import { webhooksGivenUp, webhooksInFlight } from '../metrics.ts';
import { Wakeup } from '../wakeup.ts';
import { attempt, outcomeOf, wantsNoMore } from './attempt.ts';
import {
  type Busy,
  type ClaimedDelivery,
  claimDeliveries,
  type Outcome,
  planDeliveries,
  recordOutcomes,
} from './delivery-store.ts';
import type { Post } from './post.ts';
import { disableWebhook, sweepEnded } from './store.ts';

/** What sending works with. */
export interface CourierOptions {
  db: Database;
  runtime: Runtime;
  hints: FeedHints;
  keys: readonly NamedKey[];
  post: Post;
  /** Messages under way from here at once. */
  maxInFlight: number;
  /** The same, to one webhook, so that a slow target holds up no other. */
  maxInFlightPerWebhook: number;
}

const POLL_EVERY_MS = 1_000;
/** Beyond an attempt's deadline, so that no other replica sends what is still under way here. */
const LEASE_MS = 30_000;
const LINES_AT_ONCE = 500;
const SWEEP_EVERY_MS = 30_000;
const SWEPT_AT_ONCE = 2_000;
const GIVEN_UP = 3;
/** One partner's webhooks have an eighth of the places: all its targets may be slow at once. */
const PARTNER_SHARE = 8;

/**
 * Sends what the feeds hold to the partners' webhooks. Every replica runs one; what one of them
 * has claimed the others leave alone.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #news = new Wakeup();
  readonly #busy = new Map<string, Busy>();
  readonly #record: Coalesced<Outcome, void>;
  readonly #trouble: Trouble;
  readonly #stopListening: () => void;
  readonly #stopSweeping: () => void;
  readonly #loop: Promise<void>;
  #inFlight = 0;
  #stopping = false;

  constructor(options: CourierOptions) {
    const { db, runtime, hints } = options;
    this.#options = options;
    this.#trouble = new Trouble(runtime, 'webhooks wait for the database');
    this.#record = coalesce({
      ...{ name: 'webhook outcomes', runtime },
      execute: async (outcomes: Outcome[]) => {
        await recordOutcomes(db, outcomes);
        return outcomes.map(() => undefined);
      },
    });
    this.#stopListening = hints.listenToAll(this.#news);
    this.#stopSweeping = runtime.timers.every(SWEEP_EVERY_MS, () => sweepEnded(db, SWEPT_AT_ONCE));
    this.#loop = this.#run();
  }

  /** Takes nothing new and waits for what is under way, at most as long as an attempt may take. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopListening();
    this.#stopSweeping();
    this.#news.wake();
    await this.#loop;
    while (this.#inFlight > 0) await this.#news.sleep();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      let idle = true;
      try {
        idle = !(await this.#pass());
        this.#trouble.passed();
      } catch (err) {
        this.#trouble.failed({ err });
      }
      if (idle) await this.#newsOrPoll();
    }
  }

  /** Answers whether there may be more to do at once. */
  async #pass(): Promise<boolean> {
    const { db, runtime, maxInFlight, maxInFlightPerWebhook } = this.#options;
    const nowMs = runtime.clock.nowMs();
    const now = new Date(nowMs);
    const planned = await planDeliveries(db, LINES_AT_ONCE, now);
    await failpoint('acquiring.webhook.planned');
    const limit = maxInFlight - this.#inFlight;
    if (limit <= 0) return false;
    const claimed = await claimDeliveries(db, {
      ...{ busy: [...this.#busy.values()], limit, now, leaseUntil: new Date(nowMs + LEASE_MS) },
      perWebhook: maxInFlightPerWebhook,
      perPartner: Math.ceil(maxInFlight / PARTNER_SHARE),
    });
    for (const delivery of claimed) void this.#deliver(delivery);
    return planned > 0;
  }

  async #newsOrPoll(): Promise<void> {
    const cancel = this.#options.runtime.timers.after(POLL_EVERY_MS, () => this.#news.wake());
    await this.#news.sleep();
    cancel();
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    this.#count(delivery, 1);
    try {
      const answer = await attempt(this.#options, delivery);
      await failpoint('acquiring.webhook.sent');
      const outcome = outcomeOf(delivery, answer, this.#options.runtime);
      await this.#record(outcome);
      if (outcome.state === GIVEN_UP) this.#givenUp(delivery);
      if (wantsNoMore(answer)) await this.#disable(delivery);
    } catch (err) {
      // The lease ends, and the message is sent again under the same id.
      this.#trouble.failed({ err });
    } finally {
      this.#count(delivery, -1);
      this.#news.wake();
    }
  }

  #count({ lane, hookId, partnerId }: ClaimedDelivery, change: 1 | -1): void {
    const inFlight = (this.#busy.get(hookId)?.inFlight ?? 0) + change;
    if (inFlight > 0) this.#busy.set(hookId, { lane, hookId, partnerId, inFlight });
    else this.#busy.delete(hookId);
    this.#inFlight += change;
    webhooksInFlight.set(this.#inFlight);
  }

  #givenUp({ partnerId, webhookId, factId }: ClaimedDelivery): void {
    webhooksGivenUp.add(1);
    this.#options.runtime.log.warn({ partnerId, webhookId, factId }, 'a webhook is given up');
  }

  async #disable({ lane, hookId, partnerId, webhookId }: ClaimedDelivery): Promise<void> {
    await disableWebhook(this.#options.db, lane, hookId);
    this.#options.runtime.log.warn({ partnerId, webhookId }, 'a webhook is disabled by its target');
  }
}
