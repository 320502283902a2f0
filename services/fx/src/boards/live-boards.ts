import { type CurrencyCode, compareRates } from '@causeway/money';
import type { Terms } from '../markup/ladder.ts';
import { type PairKey, pairKey } from '../pairs.ts';
import type { Board } from './board.ts';

/** Terms that some payer may have been shown, and the board that promised them. */
export interface Promised {
  readonly board: Board;
  readonly terms: Terms;
}

/**
 * The boards that are still guaranteed. For each pair it keeps those promises that can still be
 * the best one: from the oldest to the newest, each strictly better than all newer ones. The
 * first that is still guaranteed is then the best, so a quote looks at one or two of them.
 */
export class LiveBoards {
  readonly #boards = new Map<string, Board>();
  readonly #newest = new Map<CurrencyCode, Board>();
  #best = new Map<PairKey, Promised[]>();

  /** Takes boards in, in any order, and lets go of those that promise nothing any more. */
  add(boards: readonly Board[], nowMs: number): void {
    for (const board of boards) this.#boards.set(board.boardId, board);
    for (const board of this.#boards.values()) {
      if (board.guaranteeUntilMs <= nowMs) this.#boards.delete(board.boardId);
    }
    const oldestFirst = [...this.#boards.values()].sort(
      (a, b) => a.publishedAtMs - b.publishedAtMs,
    );
    this.#newest.clear();
    for (const board of oldestFirst) this.#newest.set(board.payerCurrency, board);
    this.#best = bestPromises(oldestFirst);
  }

  /** A live board by its id. */
  byId(boardId: string): Board | undefined {
    return this.#boards.get(boardId);
  }

  /** The ids of all boards in memory. */
  ids(): string[] {
    return [...this.#boards.keys()];
  }

  /** The newest board of a payer's currency that a code may still be shown with. */
  shown(payerCurrency: CurrencyCode, nowMs: number): Board | undefined {
    const board = this.#newest.get(payerCurrency);
    return board && nowMs < board.showUntilMs ? board : undefined;
  }

  /** The best terms of a pair that any payer may rely on now; of equal ones the newest board's. */
  best(key: PairKey, nowMs: number): Promised | undefined {
    return this.#best.get(key)?.find(({ board }) => nowMs < board.guaranteeUntilMs);
  }
}

function bestPromises(oldestFirst: readonly Board[]): Map<PairKey, Promised[]> {
  const best = new Map<PairKey, Promised[]>();
  for (const board of oldestFirst) {
    for (const [payeeCurrency, terms] of board.entries) {
      const key = pairKey(board.payerCurrency, payeeCurrency);
      const promises = best.get(key) ?? [];
      // An older promise that is no better can never be the best again: it also ends earlier.
      while (isNoBetter(promises.at(-1), terms)) promises.pop();
      promises.push({ board, terms });
      best.set(key, promises);
    }
  }
  return best;
}

function isNoBetter(older: Promised | undefined, newer: Terms): boolean {
  return older !== undefined && compareRates(older.terms.rate, newer.rate) <= 0;
}
