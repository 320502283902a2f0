import { type Database, isUnavailable } from '@causeway/db';
import { type Clock, isUuid } from '@causeway/runtime';
import { isOffered } from '../currencies.ts';
import { noFreshRate, refuse, refuseField } from '../errors.ts';
import type { Board } from './board.ts';
import type { LiveBoards } from './live-boards.ts';
import { findBoard } from './store.ts';

/** Where boards are looked for. */
export interface BoardShelf {
  db: Database;
  clock: Clock;
  live: LiveBoards;
  /** The currencies that boards are published for. */
  currencies: readonly string[];
}

/** The board that a payer in this currency may be shown now. Throws refusals. */
export function newestBoard(shelf: BoardShelf, payerCurrencyCode: string): Board {
  if (!shelf.currencies.includes(payerCurrencyCode)) {
    throw refuseField(
      'CURRENCY_UNSUPPORTED',
      'payer_currency_code',
      'is no currency that boards are published for',
    );
  }
  const board = shelf.live.shown(payerCurrencyCode, shelf.clock.nowMs());
  if (board === undefined) throw noFreshRate(`anything against ${payerCurrencyCode}`);
  return board;
}

/** A board of any age by its id; where a currency is given too, it must be the board's. */
export async function boardById(
  shelf: BoardShelf,
  boardId: string,
  payerCurrencyCode: string,
): Promise<Board> {
  if (payerCurrencyCode !== '' && !isOffered(payerCurrencyCode)) {
    throw refuseField('CURRENCY_UNSUPPORTED', 'payer_currency_code', 'is not offered');
  }
  const board = isUuid(boardId)
    ? (shelf.live.byId(boardId) ?? (await findAnyBoard(shelf.db, boardId)))
    : undefined;
  if (board === undefined || ![board.payerCurrency, ''].includes(payerCurrencyCode)) {
    throw refuse('RATE_BOARD_UNKNOWN', 'there is no such rate board of that currency');
  }
  return board;
}

async function findAnyBoard(db: Database, boardId: string): Promise<Board | undefined> {
  try {
    return await findBoard(db, boardId);
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause;
    const details = { cause, retryAfterMs: 1_000 };
    throw refuse('DATABASE_UNAVAILABLE', 'older boards cannot be read now', details);
  }
}
