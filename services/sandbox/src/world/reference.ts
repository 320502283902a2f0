/**
 * One real day's reference rates as the European Central Bank published them. They are facts of
 * that day; the sandbox's market moves around them.
 */
export const REFERENCE_DAY = { date: '2026-04-13', source: 'ECB', hkdPerEuro: '9.1507' } as const;

/** A currency that the sandbox makes a market in. */
interface MarketCurrency {
  /** On the reference day. */
  unitsPerEuro: string;
  /** Between the middle and either side, in parts per million of the middle. */
  halfSpreadPpm: number;
}

/** The widely traded ones are tight, the others cost more to hold. */
export const MARKET_CURRENCIES: Readonly<Record<string, MarketCurrency>> = {
  // By its peg of 0.376 to the US dollar: the bank publishes no rate of it.
  BHD: { unitsPerEuro: '0.4393184', halfSpreadPpm: 150 },
  CNY: { unitsPerEuro: '7.9827', halfSpreadPpm: 100 },
  EUR: { unitsPerEuro: '1', halfSpreadPpm: 80 },
  GBP: { unitsPerEuro: '0.87058', halfSpreadPpm: 90 },
  IDR: { unitsPerEuro: '20082.05', halfSpreadPpm: 600 },
  JPY: { unitsPerEuro: '186.75', halfSpreadPpm: 90 },
  KRW: { unitsPerEuro: '1740.86', halfSpreadPpm: 250 },
  MYR: { unitsPerEuro: '4.6444', halfSpreadPpm: 350 },
  PHP: { unitsPerEuro: '70.356', halfSpreadPpm: 450 },
  SGD: { unitsPerEuro: '1.4912', halfSpreadPpm: 150 },
  THB: { unitsPerEuro: '37.728', halfSpreadPpm: 300 },
  USD: { unitsPerEuro: '1.1684', halfSpreadPpm: 40 },
};

/** The pataca is pegged to the Hong Kong dollar: 103 patacas for 100 dollars. */
export const PATACAS_PER_HKD = '1.03';
