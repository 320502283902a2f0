import type { Database } from '@causeway/db';
import type { CurrencyCode } from '@causeway/money';
import { type Cancel, failpoint, type Runtime } from '@causeway/runtime';
import type { Market } from '../market/market.ts';
import type { PriceList } from '../markup/price-list.ts';
import { metrics } from '../metrics.ts';
import { makeBoard } from './board.ts';
import { type BoardTiming, gridStartMs } from './grid.ts';
import type { LiveBoards } from './live-boards.ts';
import { insertBoards, loadLiveBoards } from './store.ts';

/** How often it looks whether a board is due. A board that had no entries comes this soon after. */
const LOOK_EVERY_MS = 200;
/** The pause after a failure, so that a database that is away is not hammered, nor the log. */
const RETRY_AFTER_MS = 1_000;

/**
 * Publishes the boards of all payer currencies and follows those of other replicas. A board is
 * shown only once it was read back: whoever stored it first decided what it says.
 */
export class BoardPublisher {
  readonly #db: Database;
  readonly #runtime: Runtime;
  readonly #market: Market;
  readonly #prices: PriceList;
  readonly #live: LiveBoards;
  readonly #policy: BoardPolicy;
  readonly #publishedGridMs = new Map<CurrencyCode, number>();

  constructor(options: {
    db: Database;
    runtime: Runtime;
    market: Market;
    prices: PriceList;
    live: LiveBoards;
    policy: BoardPolicy;
  }) {
    this.#db = options.db;
    this.#runtime = options.runtime;
    this.#market = options.market;
    this.#prices = options.prices;
    this.#live = options.live;
    this.#policy = options.policy;
  }

  /** Loads what is still guaranteed, so that no promise is forgotten, then publishes until cancelled. */
  async start(): Promise<Cancel> {
    await this.#readBack();
    return this.#runtime.timers.every(LOOK_EVERY_MS, () => this.#look());
  }

  /** Publishes the boards of the current period that are not out yet. */
  async publishDue(): Promise<void> {
    const { timing, currencies, instance } = this.#policy;
    const nowMs = this.#runtime.clock.nowMs();
    const gridMs = gridStartMs(nowMs, timing.periodMs);
    const due = currencies.filter((code) => this.#publishedGridMs.get(code) !== gridMs);
    if (due.length === 0) return;
    const boards = due.flatMap((payerCurrency) => {
      const board = { instance, payerCurrency, gridMs, nowMs };
      return makeBoard(this.#market, this.#prices, timing, board) ?? [];
    });
    if (boards.length > 0) {
      const stored = await insertBoards(this.#db, boards);
      metrics.boardsPublished.add(stored.length);
      await failpoint('fx.board.committed');
    }
    await this.#readBack();
    for (const { payerCurrency, entries } of boards) {
      this.#publishedGridMs.set(payerCurrency, gridMs);
      metrics.boardEntries.set(entries.size, { payer_currency_code: payerCurrency });
    }
  }

  async #look(): Promise<void> {
    try {
      await this.publishDue();
    } catch (err) {
      this.#runtime.log.warn({ err }, 'no boards could be published');
      await this.#runtime.timers.sleep(RETRY_AFTER_MS);
    }
  }

  async #readBack(): Promise<void> {
    const nowMs = this.#runtime.clock.nowMs();
    const news = await loadLiveBoards(this.#db, nowMs, this.#live.ids());
    this.#live.add(news, nowMs);
  }
}

/** Which boards come out, and when. */
export interface BoardPolicy {
  /** The instance whose boards these are; its replicas share it. */
  instance: string;
  /** The payers' currencies. */
  currencies: readonly CurrencyCode[];
  timing: BoardTiming;
}
