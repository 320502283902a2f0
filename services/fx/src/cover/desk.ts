import { type Cancel, Trouble } from '@causeway/runtime';
import { isOverLimit } from '../exposures/limits.ts';
import { allPositions, uncoveredPositions } from '../exposures/store.ts';
import { metrics } from '../metrics.ts';
import { pairKey } from '../pairs.ts';
import { beginTrade } from './begin-trade.ts';
import { executeTrade } from './execute-trade.ts';
import { claimDue, type TradeRow } from './store.ts';
import type { Treasury } from './treasury.ts';

const LOOK_EVERY_MS = 1_000;
/** Longer than a provider may take to answer, so that no other replica asks meanwhile. */
const LEASE_MS = 15_000;
const MAX_UNDER_WAY = 16;

/**
 * Covers what is over its limit and has every pending trade asked for until it is answered. Every
 * replica runs one.
 */
export class CoverDesk {
  readonly #treasury: Treasury;
  readonly #underWay = new Set<Promise<void>>();
  readonly #away: Trouble;
  readonly #uncovered: Trouble;
  #cancel: Cancel = () => {};

  constructor(treasury: Treasury) {
    this.#treasury = treasury;
    this.#away = new Trouble(treasury.runtime, 'positions cannot be looked at');
    this.#uncovered = new Trouble(
      treasury.runtime,
      'positions over their limit stay open',
      'error',
    );
  }

  start(): void {
    this.#cancel = this.#treasury.runtime.timers.every(LOOK_EVERY_MS, () => this.#tick());
  }

  /** Begins nothing new and waits for the answers that are on their way. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.idle();
  }

  /** Begins the trades that limits ask for, then has what is due asked for. */
  async look(): Promise<void> {
    await this.#coverOverLimit();
    await this.ask();
  }

  /** Has pending trades that are due asked for; does not wait for the answers. */
  async ask(): Promise<void> {
    const { db, runtime } = this.#treasury;
    const limit = MAX_UNDER_WAY - this.#underWay.size;
    if (limit <= 0) return;
    const nowMs = runtime.clock.nowMs();
    const lease = { now: new Date(nowMs), leaseUntil: new Date(nowMs + LEASE_MS), limit };
    for (const trade of await claimDue(db, lease)) {
      const execution: Promise<void> = this.#execute(trade).finally(() => {
        this.#underWay.delete(execution);
      });
      this.#underWay.add(execution);
    }
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #tick(): Promise<void> {
    try {
      await this.look();
      this.#away.passed();
    } catch (err) {
      this.#away.failed({ err });
    }
  }

  async #coverOverLimit(): Promise<void> {
    const { db, limits } = this.#treasury;
    for (const { from, to, payerOpen } of await allPositions(db)) {
      metrics.exposure.set(Number(payerOpen), { pair: pairKey(from, to) });
    }
    const open: string[] = [];
    for (const position of await uncoveredPositions(db)) {
      if (!isOverLimit(limits, position)) continue;
      const begun = await beginTrade(this.#treasury, position, undefined);
      if ('none' in begun && begun.none === 'nobody to ask') {
        open.push(pairKey(position.from, position.to));
      }
    }
    metrics.exposureUncovered.set(open.length);
    if (open.length > 0) this.#uncovered.failed({ pairs: open });
    else this.#uncovered.passed();
  }

  async #execute(trade: TradeRow): Promise<void> {
    try {
      const outcome = await executeTrade(this.#treasury, trade);
      // What an operator asked for goes on with the next provider, whatever the limit.
      if (outcome === 'refused' && trade.requestId !== null) {
        await beginTrade(this.#treasury, trade, trade.requestId);
        await this.ask();
      }
    } catch (err) {
      this.#away.failed({ err });
    }
  }
}
