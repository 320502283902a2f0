import { type CurrencyCode, parseRate } from '@causeway/money';
import { RateBoard, type RateBoardEntry } from '@causeway/proto/fx';
import type { Terms } from '../markup/ladder.ts';
import type { Board } from './board.ts';

/** A board as it is shown and as it is stored. */
export function boardMessage(board: Board): RateBoard {
  return {
    rateBoardId: board.boardId,
    payerCurrencyCode: board.payerCurrency,
    publishTime: new Date(board.publishedAtMs),
    showUntilTime: new Date(board.showUntilMs),
    guaranteeUntilTime: new Date(board.guaranteeUntilMs),
    entries: [...board.entries].map(([payeeCurrencyCode, terms]) => ({
      payeeCurrencyCode,
      rate: terms.rateText,
      midRate: terms.midText,
      referenceRate: terms.reference.text,
      referenceSource: terms.reference.source,
      markupBps: terms.markupBps,
      offers: [...(board.offers.get(payeeCurrencyCode) ?? [])],
    })),
  };
}

/** The bytes of a board for the database. */
export function encodeBoard(board: Board): Uint8Array {
  return RateBoard.encode(boardMessage(board)).finish();
}

/** The board back from its bytes. Throws where the bytes are no whole board. */
export function decodeBoard(bytes: Uint8Array): Board {
  const message = RateBoard.decode(bytes);
  return {
    boardId: message.rateBoardId,
    payerCurrency: message.payerCurrencyCode,
    publishedAtMs: msOf(message.publishTime),
    showUntilMs: msOf(message.showUntilTime),
    guaranteeUntilMs: msOf(message.guaranteeUntilTime),
    entries: new Map(message.entries.map((entry) => entryOf(entry))),
    offers: new Map(
      message.entries
        .filter(({ offers }) => offers.length > 0)
        .map(({ payeeCurrencyCode, offers }) => [payeeCurrencyCode, offers]),
    ),
  };
}

function entryOf(entry: RateBoardEntry): [CurrencyCode, Terms] {
  const terms = {
    rate: parseRate(entry.rate),
    rateText: entry.rate,
    midRate: parseRate(entry.midRate),
    midText: entry.midRate,
    reference: {
      rate: parseRate(entry.referenceRate),
      text: entry.referenceRate,
      source: entry.referenceSource,
    },
    markupBps: entry.markupBps,
  };
  return [entry.payeeCurrencyCode, terms];
}

function msOf(time: Date | undefined): number {
  if (time === undefined) throw new Error('a stored board lacks a time');
  return time.getTime();
}
