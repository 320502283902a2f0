import fc from 'fast-check';
import { MAX_AMOUNT_MINOR } from './amount.ts';
import { currencies } from './currency.ts';
import { parseRate } from './rate.ts';

/** What the property tests of this library draw from. */
export const anyCurrency = fc.constantFrom(...currencies());

/** Amounts of every size that occurs, small ones often, since rounding bites there. */
export const anyAmount = fc.oneof(
  fc.bigInt({ min: 0n, max: 2_000n }),
  fc.bigInt({ min: 0n, max: 10n ** 10n }),
  fc.bigInt({ min: 0n, max: MAX_AMOUNT_MINOR }),
);

/** Amounts and rates whose product stays in range for every pair of currencies. */
export const smallAmount = fc.oneof(
  fc.bigInt({ min: 1n, max: 2_000n }),
  fc.bigInt({ min: 1n, max: 10n ** 7n }),
);

/** Texts of rates with up to 12 significant digits from 10^-5 to 10^5. */
export const rateText = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n - 1n }), fc.integer({ min: -5, max: 4 }))
  .map(([digits, magnitude]) => {
    const length = String(digits).length;
    const places = length - 1 - magnitude;
    if (places <= 0) return String(digits) + '0'.repeat(-places);
    const padded = String(digits).padStart(places + 1, '0');
    return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
  });

export const anyRate = rateText.map((text) => parseRate(text));
