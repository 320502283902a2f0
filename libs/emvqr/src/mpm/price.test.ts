import { currency } from '@causeway/money';
import { describe, expect, it } from 'vitest';
import { TEA_HOUSE_FIELDS } from './fixture-for-tests.ts';
import { priceOf } from './price.ts';

const thb = { ...TEA_HOUSE_FIELDS, amount: '20.15' };

describe('a price', () => {
  it('is exact, in the currency of the code', () => {
    expect(priceOf(thb)).toEqual({
      currency: currency('THB'),
      amount: { currencyCode: 'THB', amountMinor: 2015n },
      tip: { kind: 'none' },
    });
    expect(priceOf({ ...thb, currencyNumeric: '392', amount: '1280.00' })).toMatchObject({
      amount: { currencyCode: 'JPY', amountMinor: 1280n },
    });
    expect(priceOf({ ...thb, amount: '98.' })).toMatchObject({ amount: { amountMinor: 9800n } });
  });

  it('is open where there is no amount, or zero', () => {
    expect(priceOf(TEA_HOUSE_FIELDS)).toMatchObject({ amount: undefined });
    expect(priceOf({ ...thb, amount: '0.00' })).toMatchObject({ amount: undefined });
  });

  it.each([
    [{ tipIndicator: '01' }, { kind: 'prompt' }],
    [
      { tipIndicator: '02', convenienceFeeFixed: '5' },
      { kind: 'fixed', amount: { amountMinor: 500n } },
    ],
    [{ tipIndicator: '02' }, { kind: 'none' }],
    [
      { tipIndicator: '03', convenienceFeePercent: '5.5' },
      { kind: 'percent', bps: 550 },
    ],
    [
      { tipIndicator: '03', convenienceFeePercent: '99.99' },
      { kind: 'percent', bps: 9999 },
    ],
    [{ convenienceFeeFixed: '5' }, { kind: 'none' }],
  ])('may ask for more: %j', (more, tip) => {
    expect(priceOf({ ...thb, ...more })).toMatchObject({ tip });
  });

  it.each([
    [{ currencyNumeric: '999' }, '53'],
    [{ currencyNumeric: '392' }, '54'],
    [{ amount: '1,50' }, '54'],
    [{ amount: '-1' }, '54'],
    [{ tipIndicator: '02', convenienceFeeFixed: 'x' }, '56'],
    [{ tipIndicator: '03' }, '57'],
    [{ tipIndicator: '03', convenienceFeePercent: '0' }, '57'],
  ])('is not guessed: %j', (wrong, tag) => {
    expect(priceOf({ ...thb, ...wrong })).toMatchObject({ code: 'MALFORMED_VALUE', tag });
  });
});
