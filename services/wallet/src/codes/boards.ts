import type { Database } from '@causeway/db';
import { parseRate } from '@causeway/money';
import type { RateBoard } from '@causeway/proto/fx';
import { Refusal, type Runtime } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { boardsFetched } from '../metrics.ts';
import { insertBoard, type StoredBoard } from './store.ts';

/** Asks fx for the newest board. Throws what the client of fx throws. */
type FetchBoard = () => Promise<RateBoard | undefined>;

/** A board that a code may be shown with. */
interface ShownBoard {
  board: RateBoard;
  /** Epoch milliseconds until when it may be shown with a new code. */
  showUntilMs: number;
}

const RETRY_AFTER_MS = 1_000;

/**
 * The board that is shown with payment codes: fetched once and used until its time is over. It is
 * stored before any code names it, so that a charge compares its rate without asking fx.
 */
export class RateBoards {
  #shown: ShownBoard | undefined;
  #fetching: Promise<RateBoard> | undefined;

  constructor(
    private readonly db: Database,
    private readonly fetch: FetchBoard,
    private readonly runtime: Runtime,
  ) {}

  /** Throws a Refusal: NO_FRESH_RATE, PRICING_STOPPED, or DEPENDENCY_UNAVAILABLE where fx cannot be asked. */
  async current(): Promise<RateBoard> {
    const shown = this.#shown;
    if (shown !== undefined && this.runtime.clock.nowMs() < shown.showUntilMs) return shown.board;
    // Whoever comes meanwhile waits for the same answer.
    this.#fetching ??= this.#renew().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #renew(): Promise<RateBoard> {
    const board = await this.#ask();
    const { rateBoardId, showUntilTime, guaranteeUntilTime } = board;
    const showUntilMs = showUntilTime?.getTime() ?? 0;
    if (guaranteeUntilTime === undefined || this.runtime.clock.nowMs() >= showUntilMs) {
      throw new Refusal<Reason>('NO_FRESH_RATE', 'fx has no rate board that may be shown now', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    await insertBoard(this.db, {
      rateBoardId,
      guaranteeUntil: guaranteeUntilTime,
      rates: ratesOf(board),
    });
    this.#shown = { board, showUntilMs };
    return board;
  }

  async #ask(): Promise<RateBoard> {
    try {
      const board = await this.fetch();
      if (board === undefined) throw new Error('fx answered no board');
      boardsFetched.add(1, { outcome: 'fetched' });
      return board;
    } catch (cause) {
      const reason = reasonOf(cause);
      boardsFetched.add(1, { outcome: reason });
      throw new Refusal<Reason>(reason, 'fx gave no rate board', {
        retryAfterMs: RETRY_AFTER_MS,
        cause,
      });
    }
  }
}

/** What fx says is to be seen as it is; anything else says no more than that it gave no board. */
function reasonOf(cause: unknown): Reason {
  const { reason } = cause instanceof Refusal ? cause : { reason: '' };
  if (reason === 'NO_FRESH_RATE' || reason === 'PRICING_STOPPED') return reason;
  return 'DEPENDENCY_UNAVAILABLE';
}

/** What a charge compares with. A rate that cannot be read must not be shown to anybody. */
function ratesOf({ entries }: RateBoard): StoredBoard['rates'] {
  for (const { rate } of entries) parseRate(rate);
  return Object.fromEntries(entries.map((entry) => [entry.payeeCurrencyCode, entry.rate]));
}
