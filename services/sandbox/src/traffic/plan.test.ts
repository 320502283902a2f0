import { isPayable } from '@causeway/money';
import { describe, expect, it } from 'vitest';
import { chanceFrom } from '../chance.ts';
import type { Place } from '../places.ts';
import { ACQUIRERS } from '../world/acquirers.ts';
import { basketIn } from './basket.ts';
import { planPayment } from './plan.ts';

const PLACES: Place[] = ACQUIRERS.map((acquirer) => ({
  partnerId: acquirer.id,
  city: acquirer.city,
  countryCode: acquirer.countryCode,
  currencyCode: acquirer.currencyCode,
  displayName: 'Shop',
  merchantId: acquirer.id,
  storeId: '',
  terminalIds: [''],
}));

describe('the traffic', () => {
  it('asks for amounts that can be paid, in every seeded currency', () => {
    const chance = chanceFrom(11);
    for (const { currencyCode } of ACQUIRERS) {
      for (let i = 0; i < 200; i += 1) {
        const amount = basketIn(currencyCode, chance);
        expect(isPayable(amount.amountMinor, currencyCode)).toBe(true);
      }
    }
  });

  it('repeats itself from the same seed', () => {
    const world = { walletIds: ['a', 'b', 'c'], places: PLACES };
    const mix = { refundShare: 0.1, cancelShare: 0.1 };
    const draw = (seed: number) => {
      const chance = chanceFrom(seed);
      return Array.from({ length: 50 }, () => planPayment(chance, world, mix));
    };
    expect(draw(4)).toEqual(draw(4));
    expect(draw(4)).not.toEqual(draw(5));
  });

  it('gives back the shares that it was asked to', () => {
    const chance = chanceFrom(2);
    const world = { walletIds: ['a'], places: PLACES };
    const planned = Array.from({ length: 4_000 }, () =>
      planPayment(chance, world, { refundShare: 0.2, cancelShare: 0.1 }),
    );
    const share = (kind: string) =>
      planned.filter((payment) => payment.afterwards === kind).length / planned.length;
    expect(share('refund_part')).toBeGreaterThan(0.17);
    expect(share('refund_part')).toBeLessThan(0.23);
    expect(share('cancel')).toBeGreaterThan(0.08);
    expect(share('cancel')).toBeLessThan(0.12);
  });
});
