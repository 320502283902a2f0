/**
 * One real day's reference rates, in currency units per euro, as the European Central Bank
 * published them. These are facts of that day; the sandbox's market moves around them.
 */
export const REFERENCE_DAY = {
  date: '2026-04-13',
  source: 'ECB',
  unitsPerEuro: {
    CNY: '7.9827',
    GBP: '0.87058',
    HKD: '9.1507',
    IDR: '20082.05',
    JPY: '186.75',
    KRW: '1740.86',
    MYR: '4.6444',
    PHP: '70.356',
    SGD: '1.4912',
    THB: '37.728',
    USD: '1.1684',
  },
} as const;

/** The pataca is pegged to the Hong Kong dollar: 103 patacas for 100 dollars. */
export const PATACAS_PER_HKD = '1.03';
