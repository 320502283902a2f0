import {
  type CurrencyCode,
  compareRates,
  deviationBps,
  meanRate,
  type Rate,
} from '@causeway/money';
import { type CurrencyClass, classOfPair, isOffered } from '../currencies.ts';
import { readRate } from '../sources/read-rate.ts';

/** A price as a provider sent it. */
export interface OfferedPrice {
  baseCurrencyCode: string;
  quoteCurrencyCode: string;
  bid: string;
  ask: string;
  /** Epoch milliseconds; undefined where the provider gave none. */
  observedAtMs: number | undefined;
}

/** A price that no guard objected to. */
export interface SoundPrice {
  base: CurrencyCode;
  quote: CurrencyCode;
  bid: Rate;
  ask: Rate;
  mid: Rate;
  observedAtMs: number;
}

/** Which guard objected; the names of the proto. */
export type Objection =
  | 'STALE'
  | 'FUTURE'
  | 'CROSSED'
  | 'OUTLIER'
  | 'MALFORMED'
  | 'CURRENCY_UNSUPPORTED';

/** What a price is judged by. */
export interface PriceGuard {
  /** For how long a price counts after it was observed. */
  freshMs: number;
  /** How far a provider's clock may be ahead of the database's. */
  maxAheadMs: number;
  /** How far bid and ask may be from the reference rate. */
  referenceBps: Readonly<Record<CurrencyClass, number>>;
  /** How far the middle may be from what the other sources say. */
  sourcesBps: Readonly<Record<CurrencyClass, number>>;
}

/** What is known of the pair besides the price itself. */
export interface Surroundings {
  nowMs: number;
  /** The last reference rate of the pair; without one nothing can be judged. */
  reference: Rate | undefined;
  /** The middle of the other fresh sources, where there are any. */
  others: Rate | undefined;
  /** When this source's last accepted price was observed. */
  lastObservedAtMs: number | undefined;
}

/** A sound price, or why it is none: which guard, and its figures in words. */
export type Judgement = { sound: SoundPrice } | { objection: Objection; detail: string };

/** Reads one price and shows it to every guard. Pure; `around` tells what the guards compare with. */
export function judgePrice(
  offered: OfferedPrice,
  guard: PriceGuard,
  around: (base: CurrencyCode, quote: CurrencyCode) => Surroundings,
): Judgement {
  const { baseCurrencyCode: base, quoteCurrencyCode: quote, observedAtMs } = offered;
  if (!isOffered(base) || !isOffered(quote)) {
    return no('CURRENCY_UNSUPPORTED', 'a currency of the pair is not offered');
  }
  const bid = readRate(offered.bid);
  const ask = readRate(offered.ask);
  if (base === quote) return no('MALFORMED', 'the pair has one currency twice');
  if (bid === undefined || ask === undefined) {
    return no('MALFORMED', 'bid and ask are positive decimals of at most 12 digits');
  }
  if (observedAtMs === undefined) return no('MALFORMED', 'there is no observe_time');
  if (compareRates(bid, ask) > 0) {
    return no('CROSSED', `bid ${offered.bid} is above ask ${offered.ask}`);
  }
  const sound = { base, quote, bid, ask, mid: meanRate(bid, ask, 'half_even'), observedAtMs };
  const surroundings = around(base, quote);
  return (
    objectionToAge(observedAtMs, guard, surroundings) ??
    objectionToLevel(sound, guard, surroundings) ?? { sound }
  );
}

function objectionToAge(
  observedAtMs: number,
  guard: PriceGuard,
  { nowMs, lastObservedAtMs }: Surroundings,
): Judgement | undefined {
  const ageMs = nowMs - observedAtMs;
  if (ageMs < -guard.maxAheadMs) return no('FUTURE', `observed ${-ageMs} ms ahead of our clock`);
  if (ageMs >= guard.freshMs) return no('STALE', `observed ${ageMs} ms ago`);
  if (lastObservedAtMs !== undefined && observedAtMs < lastObservedAtMs) {
    return no('STALE', `observed ${lastObservedAtMs - observedAtMs} ms before the last price`);
  }
  return undefined;
}

function objectionToLevel(
  { base, quote, bid, ask, mid }: SoundPrice,
  guard: PriceGuard,
  { reference, others }: Surroundings,
): Judgement | undefined {
  const currencyClass = classOfPair(base, quote);
  if (reference === undefined) return no('OUTLIER', 'there is no reference rate to compare with');
  const referenceLimit = guard.referenceBps[currencyClass];
  // Each side is compared, not the middle: a spread as wide as the market would hide in it.
  const referenceGap = Math.max(deviationBps(bid, reference), deviationBps(ask, reference));
  if (referenceGap > referenceLimit) {
    return no('OUTLIER', `${referenceGap} bps from the reference, over ${referenceLimit}`);
  }
  const sourcesLimit = guard.sourcesBps[currencyClass];
  const sourcesGap = others === undefined ? 0 : deviationBps(mid, others);
  if (sourcesGap > sourcesLimit) {
    return no('OUTLIER', `${sourcesGap} bps from the other sources, over ${sourcesLimit}`);
  }
  return undefined;
}

function no(objection: Objection, detail: string): Judgement {
  return { objection, detail };
}
