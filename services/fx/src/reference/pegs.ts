import { type CurrencyCode, parseRate, type Rate } from '@causeway/money';
import { isOffered } from '../currencies.ts';

/** A currency whose worth in another one is set by its issuer: 1 `base` is `rate` `pegged`. */
export interface Peg {
  readonly base: CurrencyCode;
  readonly pegged: CurrencyCode;
  readonly rate: Rate;
}

/** What follows another currency unless PEGS says otherwise: all that the ECB publishes no rate of. */
export const DEFAULT_PEGS = 'HKD-MOP:1.03,USD-BHD:0.376';

/**
 * Reads 'HKD-MOP:1.03,USD-BHD:0.376', one or more between commas; empty for none. Throws an Error whose message
 * ends the sentence "NAME …".
 */
export function parsePegs(text: string): Peg[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [, base = '', pegged = '', rate = ''] =
        /^([A-Z]{3})-([A-Z]{3}):([0-9.]+)$/.exec(item) ?? [];
      if (!isOffered(base) || !isOffered(pegged) || base === pegged) {
        throw new Error(`must be like HKD-MOP:1.03 with offered currencies, not ${item}`);
      }
      return { base, pegged, rate: parseRate(rate) };
    });
}
