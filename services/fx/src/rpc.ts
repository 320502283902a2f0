import {
  type CreateQuoteRequest,
  FxServiceService,
  type PublishRatesResponse,
  type Rate,
  RateRefusalReason,
  type RateUpdate,
  type WatchRatesResponse,
} from '@causeway/proto/fx';
import { type Call, type Implementation, implement } from '@causeway/rpc';
import type { Clock } from '@causeway/runtime';
import { boardMessage } from './boards/encode.ts';
import { type BoardShelf, boardById, newestBoard } from './boards/get-board.ts';
import { noFreshRate, refuseField } from './errors.ts';
import type { OfferedPrice } from './guards/price-guard.ts';
import type { PricingHalt } from './halt/pricing-halt.ts';
import type { Market, Mid } from './market/market.ts';
import { watchRates } from './market/watch-rates.ts';
import { Watchers } from './market/watchers.ts';
import { pairKey } from './pairs.ts';
import { answerQuote } from './quotes/answer-quote.ts';
import { checkedPair } from './quotes/check-request.ts';
import type { QuoteDesk } from './quotes/create-quote.ts';
import type { Reference } from './reference/reference.ts';
import { type Acceptance, acceptPrices, type PriceDesk } from './sources/accept-prices.ts';
import { listSources } from './sources/list-sources.ts';
import type { PriceSync } from './sources/sync-prices.ts';

const MAX_UPDATES = 256;
const MAX_WATCHED_PAIRS = 64;

/** What the methods work with. */
export interface RpcParts {
  clock: Clock;
  market: Market;
  reference: Reference;
  prices: PriceDesk;
  sync: PriceSync;
  shelf: BoardShelf;
  quotes: QuoteDesk;
  halt: Pick<PricingHalt, 'refuseIfStopped'>;
}

/** FxService. Who may publish rates is a matter of grants, which `main.ts` gives to the server. */
export function fxService(parts: RpcParts): Implementation {
  const { clock, market, shelf } = parts;
  const watchers = new Watchers();
  return implement(FxServiceService, {
    async *publishRates(requests, { identity }) {
      for await (const { updates } of requests) {
        if (updates.length > MAX_UPDATES) {
          throw refuseField('FIELD_INVALID', 'updates', `are more than ${MAX_UPDATES}`);
        }
        const acceptance = acceptPrices(parts.prices, identity.id, updates.map(offeredPrice));
        parts.sync.note(acceptance.accepted);
        yield publishResponse(acceptance);
      }
    },

    async getRate({ pair }) {
      const { from, to } = checkedPair(pair);
      const mid = market.midOf(pairKey(from, to), clock.nowMs());
      const rate = mid && rateMessage(mid, parts.reference, clock.nowMs());
      if (rate === undefined) throw noFreshRate(`${from} to ${to}`);
      return { rate };
    },

    async *watchRates({ pairs }, { identity, signal }) {
      if (pairs.length === 0 || pairs.length > MAX_WATCHED_PAIRS) {
        throw refuseField('FIELD_INVALID', 'pairs', `are not 1 to ${MAX_WATCHED_PAIRS}`);
      }
      const keys = pairs.map((pair, index) => checkedPair(pair, `pairs[${index}]`));
      const leave = watchers.enter(identity);
      try {
        const wanted = new Set(keys.map(({ from, to }) => pairKey(from, to)));
        for await (const mid of watchRates(market, wanted, clock.nowMs(), signal)) {
          const rate = rateMessage(mid, parts.reference, clock.nowMs());
          if (rate !== undefined) yield { rate } satisfies WatchRatesResponse;
        }
      } finally {
        leave();
      }
    },

    async getRateBoard({ payerCurrencyCode, rateBoardId }) {
      if (rateBoardId === '') parts.halt.refuseIfStopped();
      const board =
        rateBoardId === ''
          ? newestBoard(shelf, payerCurrencyCode)
          : await boardById(shelf, rateBoardId, payerCurrencyCode);
      return { rateBoard: boardMessage(board) };
    },

    async createQuote(request, call) {
      assertServiceFields(request, call);
      parts.halt.refuseIfStopped();
      return answerQuote(parts.quotes, request);
    },

    async listRateSources() {
      const statuses = listSources(parts.prices.book, parts.prices.refusals, clock.nowMs());
      const sources = statuses.map(({ base, quote, observedAtMs, ...status }) => ({
        ...status,
        baseCurrencyCode: base,
        quoteCurrencyCode: quote,
        observeTime: observedAtMs === undefined ? undefined : new Date(observedAtMs),
      }));
      return { sources };
    },
  });
}

/** What binds the switch to an earlier promise is not for outsiders to ask for. */
function assertServiceFields(request: CreateQuoteRequest, { identity }: Call): void {
  if (identity.kind === 'service') return;
  if (request.paymentId !== '') {
    throw refuseField('SERVICE_ONLY', 'payment_id', 'may be set by services only');
  }
  if (request.honourShownBoards) {
    throw refuseField('SERVICE_ONLY', 'honour_shown_boards', 'may be set by services only');
  }
  if (request.settlementCurrencyCodes.length > 0) {
    throw refuseField('SERVICE_ONLY', 'settlement_currency_codes', 'may be set by services only');
  }
}

function offeredPrice(update: RateUpdate): OfferedPrice {
  const { observeTime, ...price } = update;
  const observedAtMs = observeTime?.getTime();
  // A timestamp beyond the range of dates decodes to one that is no time at all.
  return { ...price, observedAtMs: Number.isNaN(observedAtMs) ? undefined : observedAtMs };
}

function publishResponse({ accepted, refused }: Acceptance): PublishRatesResponse {
  return {
    acceptedCount: accepted.length,
    refusals: refused.map(({ offered, objection, detail }) => ({
      baseCurrencyCode: offered.baseCurrencyCode,
      quoteCurrencyCode: offered.quoteCurrencyCode,
      reason: RateRefusalReason[objection],
      detail,
    })),
  };
}

function rateMessage(mid: Mid, reference: Reference, nowMs: number): Rate | undefined {
  const disclosed = reference.freshRate(pairKey(mid.from, mid.to), nowMs);
  if (disclosed === undefined) return undefined;
  return {
    pair: { payerCurrencyCode: mid.from, payeeCurrencyCode: mid.to },
    midRate: mid.text,
    referenceRate: disclosed.text,
    referenceSource: disclosed.source,
    // A peg holds at any time, so its observation is now.
    observeTime: new Date(mid.observedAtMs ?? nowMs),
    sources: [...mid.sources],
  };
}
