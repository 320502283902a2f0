import { applyBps, compareRates, payerAmountFor, type Rate } from '@causeway/money';
import { classOfPair } from '../currencies.ts';
import { buysBackAt, offersOf } from '../market/offers.ts';
import type { Pair } from '../pairs.ts';
import { INNER_DIGITS, productRate } from '../rates.ts';
import type { Treasury } from './treasury.ts';

/** A provider that could be asked for a trade now. Rates are payee units per payer unit. */
export interface CoverOffer {
  readonly providerId: string;
  /** What it offers now. */
  readonly rate: Rate;
  /** The worst rate that the switch takes from it. */
  readonly limitRate: Rate;
}

/**
 * Who could buy or sell a pair's payee currency now, the best for the switch first. Only those
 * count who can be asked, who price the pair directly, and whose price may make the market.
 *
 * @param buys whether the switch buys the payee's currency; it sells where more was given back
 *   than captured
 */
export function coverOffers(treasury: Treasury, { from, to }: Pair, buys: boolean): CoverOffer[] {
  const { book, runtime, providers, offerDistanceBps, slippageBps } = treasury;
  const distanceBps = offerDistanceBps[classOfPair(from, to)];
  const offers = offersOf(book, from, to, runtime.clock.nowMs(), distanceBps)
    .filter(({ plausible, providerId }) => plausible && providers.has(providerId))
    .map((offer) => {
      const { providerId } = offer;
      const rate = buys ? offer.sells : buysBackAt(offer, from);
      const limitRate = buys ? applyBps(rate, slippageBps, 'down') : worseToSell(rate, slippageBps);
      return { providerId, rate, limitRate };
    });
  // They come with the best seller first; of those who buy back, the one who wants least is best.
  return buys ? offers : offers.sort((a, b) => compareRates(a.rate, b.rate));
}

/**
 * What a trade at this rate costs in the payer's minor units, or brings where it is below zero.
 * Rounded against the switch, as a provider would.
 */
export function costAt(rate: Rate, { from, to }: Pair, payeeMinor: bigint): bigint {
  const buys = payeeMinor > 0n;
  const payee = { currencyCode: to, amountMinor: buys ? payeeMinor : -payeeMinor };
  const priced = { payee, payerCurrency: from, rate, rounding: buys ? 'up' : 'down' } as const;
  return buys ? payerAmountFor(priced) : -payerAmountFor(priced);
}

function worseToSell(rate: Rate, bps: number): Rate {
  return productRate(rate, { digits: 10_000n + BigInt(bps), scale: 4 }, INNER_DIGITS);
}
