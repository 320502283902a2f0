import type { Database } from '@causeway/db';
import type { CurrencyCode } from '@causeway/money';
import { type Cancel, failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { Market } from '../market/market.ts';
import type { PriceList } from '../markup/price-list.ts';
import { metrics } from '../metrics.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
import { type Board, makeBoard } from './board.ts';
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
  readonly #unpublished: Trouble;
  readonly #unpriced: Trouble;

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
    this.#unpublished = new Trouble(options.runtime, 'no boards could be published');
    this.#unpriced = new Trouble(options.runtime, 'currencies have no fresh rate');
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
    for (const { payerCurrency } of boards) this.#publishedGridMs.set(payerCurrency, gridMs);
    this.#tellMissing(due, boards);
  }

  /** A market that stops is silent: what says so is what is no longer on the boards. */
  #tellMissing(due: readonly CurrencyCode[], boards: readonly Board[]): void {
    const missing: string[] = [];
    for (const payer of due) {
      const board = boards.find(({ payerCurrency }) => payerCurrency === payer);
      metrics.boardEntries.set(board?.entries.size ?? 0, { payer_currency_code: payer });
      for (const [pair, { from, to }] of OFFERED_PAIRS) {
        if (from === payer && !board?.entries.has(to)) missing.push(pair);
      }
    }
    if (missing.length > 0) this.#unpriced.failed({ missing });
    else this.#unpriced.passed();
  }

  async #look(): Promise<void> {
    try {
      await this.publishDue();
      this.#unpublished.passed();
    } catch (err) {
      this.#unpublished.failed({ err });
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
