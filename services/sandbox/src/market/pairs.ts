import { crossRate, parseRate, type Rate } from '@causeway/money';
import { MARKET_CURRENCIES, PATACAS_PER_HKD, REFERENCE_DAY } from '../world/reference.ts';
import { MARKET_WALK, type WalkPolicy } from './walk.ts';

/** One pair that the liquidity provider makes a market in. The base is always HKD. */
export interface MarketPair {
  quoteCurrencyCode: string;
  /** Quote units per Hong Kong dollar on the reference day. */
  reference: Rate;
  /** Between the middle and either side, in parts per million of the middle. */
  halfSpreadPpm: number;
  walk: WalkPolicy;
}

/** The currency that every price is given for one unit of. */
export const BASE_CURRENCY_CODE = 'HKD';

const RATE_DIGITS = 9;

/** A peg does not walk, and its spread is what a money changer keeps for the paper. */
const PATACA: MarketPair = {
  quoteCurrencyCode: 'MOP',
  reference: parseRate(PATACAS_PER_HKD),
  halfSpreadPpm: 100,
  walk: { stepPpm: 0, boundPpm: 0, pullPpm: 0 },
};

/** All pairs of the market, in the order of their codes. */
export function marketPairs(): MarketPair[] {
  const payerPerBase = parseRate(REFERENCE_DAY.hkdPerEuro);
  const walking = Object.entries(MARKET_CURRENCIES).map(
    ([code, { unitsPerEuro, halfSpreadPpm }]) => {
      const perEuro = { payerPerBase, payeePerBase: parseRate(unitsPerEuro) };
      return {
        quoteCurrencyCode: code,
        reference: crossRate(perEuro, RATE_DIGITS, 'half_even'),
        halfSpreadPpm,
        walk: MARKET_WALK,
      };
    },
  );
  return [...walking, PATACA].sort((a, b) => (a.quoteCurrencyCode < b.quoteCurrencyCode ? -1 : 1));
}
