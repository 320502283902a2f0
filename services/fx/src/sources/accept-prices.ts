import type { CurrencyCode } from '@causeway/money';
import type { Clock } from '@causeway/runtime';
import {
  judgePrice,
  type Objection,
  type OfferedPrice,
  type PriceGuard,
  type SoundPrice,
  type Surroundings,
} from '../guards/price-guard.ts';
import type { Market } from '../market/market.ts';
import { othersMiddle } from '../market/merge.ts';
import { metrics } from '../metrics.ts';
import { pairKey } from '../pairs.ts';
import type { Reference } from '../reference/reference.ts';
import type { SourcePrice } from './price.ts';
import type { PriceBook } from './price-book.ts';
import type { RefusalLog } from './refusal-log.ts';

/** What became of one batch. */
export interface Acceptance {
  accepted: readonly SourcePrice[];
  refused: readonly { offered: OfferedPrice; objection: Objection; detail: string }[];
}

/** What prices pass through and end up in. */
export interface PriceDesk {
  clock: Clock;
  book: PriceBook;
  market: Market;
  reference: Reference;
  guard: PriceGuard;
  refusals: RefusalLog;
}

/**
 * Takes a provider's batch: each price is judged by itself, in order, so that one bad price costs
 * no other. The market moves once, after the whole batch.
 */
export function acceptPrices(
  desk: PriceDesk,
  sourceId: string,
  batch: readonly OfferedPrice[],
): Acceptance {
  const nowMs = desk.clock.nowMs();
  const accepted: SourcePrice[] = [];
  const refused: Acceptance['refused'][number][] = [];
  for (const offered of batch) {
    const judgement = judgePrice(offered, desk.guard, (base, quote) =>
      surroundingsOf(desk, sourceId, base, quote, nowMs),
    );
    if ('sound' in judgement) {
      const price = providerPrice(sourceId, judgement.sound, desk.guard);
      desk.book.put(price);
      accepted.push(price);
    } else {
      const { objection, detail } = judgement;
      desk.refusals.note(sourceId, offered, `${objection}: ${detail}`);
      metrics.pricesRefused.add(1, { source: sourceId, guard: objection });
      refused.push({ offered, objection, detail });
    }
  }
  metrics.pricesAccepted.add(accepted.length, { source: sourceId });
  if (accepted.length > 0) desk.market.refresh(accepted, nowMs);
  return { accepted, refused };
}

/** A judged price as the book keeps it; also for one that was judged before a restart. */
export function providerPrice(
  sourceId: string,
  sound: SoundPrice,
  guard: Pick<PriceGuard, 'freshMs'>,
): SourcePrice {
  return { ...sound, sourceId, kind: 'provider', freshUntilMs: sound.observedAtMs + guard.freshMs };
}

function surroundingsOf(
  { book, reference }: PriceDesk,
  sourceId: string,
  base: CurrencyCode,
  quote: CurrencyCode,
  nowMs: number,
): Surroundings {
  return {
    nowMs,
    reference: reference.lastRate(pairKey(base, quote))?.rate,
    others: othersMiddle(book, base, quote, nowMs, sourceId),
    lastObservedAtMs: book.of(sourceId, base, quote)?.observedAtMs,
  };
}
