import { compareRates, parseRate } from '@causeway/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { ladderOf, rungFor, tiersInPayerCurrency } from './ladder.ts';
import { parseMarkupPolicy, tiersFor } from './policy.ts';

const REFERENCE = { rate: parseRate('20'), text: '20', source: 'ECB 2026-04-13' };

const policy = (changes: object) =>
  parseMarkupPolicy(
    JSON.stringify({ size_currency_code: 'HKD', default: [{ from: '0', bps: 90 }], ...changes }),
  );

describe('the policy', () => {
  it('prefers the corridor to the pair, and the pair to the default', () => {
    const read = policy({
      pairs: { 'HKD-JPY': [{ from: '0', bps: 80 }] },
      corridors: { 'HKD-JP': [{ from: '0', bps: 70 }] },
    });
    const bps = (to: string, country: string) =>
      tiersFor(read, { from: 'HKD', to }, country).tiers[0]?.bps;
    expect([bps('JPY', 'JP'), bps('JPY', ''), bps('THB', 'TH')]).toEqual([70, 80, 90]);
    // Any code may be asked for; only configured ones get a place in memory.
    expect(tiersFor(read, { from: 'HKD', to: 'JPY' }, 'ZZ').key).toBe('');
  });

  it('is refused where it would break a board or is a slip', () => {
    const tiers = (...steps: [string, number][]) => ({
      default: steps.map(([from, bps]) => ({ from, bps })),
    });
    expect(() => policy(tiers(['0', 40], ['1000', 60]))).toThrow('charge more for more');
    expect(() => policy(tiers(['0', 60], ['0', 40]))).toThrow('rise in size');
    expect(() => policy(tiers(['1', 60]))).toThrow('start at');
    expect(() => policy(tiers(['0', 1_001]))).toThrow('whole bps');
    expect(() => policy(tiers(['0', 0.5]))).toThrow('whole bps');
    expect(() => policy(tiers(['0', -1]))).toThrow('whole bps');
    expect(() => policy({ default: [] })).toThrow('no tiers');
    expect(() => policy({ default: [{ from: 0, bps: 1 }] })).toThrow('wants');
    expect(() => policy({ pairs: { HKDJPY: [] } })).toThrow('names no pair');
    expect(() => policy({ corridor: {} })).toThrow('unknown field');
    expect(() => policy({ size_currency_code: 'ZZZ' })).toThrow('size_currency_code');
    expect(() => parseMarkupPolicy('{')).toThrow('is not JSON');
    expect(() => parseMarkupPolicy('[]')).toThrow('wants an object');
  });
});

describe('the ladder', () => {
  it('makes the middle worse by the markup, and discloses it over the reference, rounded up', () => {
    const [{ terms }] = ladderOf({ rate: parseRate('20'), text: '20' }, REFERENCE, [
      { fromMinor: 0n, bps: 80 },
    ]);
    // 20 ÷ 1.008 = 19.84126984126…, cut at nine digits.
    expect(terms.rateText).toBe('19.8412698');
    expect(terms.markupBps).toBe(81);
    const better = ladderOf({ rate: parseRate('20.4'), text: '20.4' }, REFERENCE, [
      { fromMinor: 0n, bps: 80 },
    ]);
    expect(better[0].terms.markupBps).toBe(-117);
  });

  it('converts sizes into the currency of another payer', () => {
    const tiers = [
      { fromMinor: 0n, bps: 80 },
      { fromMinor: 100_000n, bps: 60 },
    ];
    const inYen = tiersInPayerCurrency(tiers, 'HKD', 'JPY', REFERENCE);
    expect(inYen.map(({ fromMinor }) => fromMinor)).toEqual([0n, 20_000n]);
  });

  it('never charges more for more, whatever the middle', () => {
    const anyMid = fc.integer({ min: 1, max: 10 ** 9 }).map((n) => parseRate(`${n / 10 ** 4}`));
    const bounds = [0n, 100_000n, 500_000n];
    fc.assert(
      fc.property(
        anyMid,
        fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 3 }),
        fc.bigInt({ min: 0n, max: 10n ** 7n }),
        fc.bigInt({ min: 0n, max: 10n ** 7n }),
        (rate, bps, one, other) => {
          bps.sort((a, b) => b - a);
          const tiers = bounds.map((fromMinor, index) => ({ fromMinor, bps: bps[index] ?? 0 }));
          const ladder = ladderOf({ rate, text: '' }, REFERENCE, tiers);
          const [small, large] = one < other ? [one, other] : [other, one];
          const forSmall = rungFor(ladder, small);
          const forLarge = rungFor(ladder, large);
          expect(compareRates(forSmall.rate, forLarge.rate)).toBeLessThanOrEqual(0);
          expect(compareRates(forLarge.rate, rate)).toBeLessThanOrEqual(0);
          expect(forLarge.markupBps).toBeLessThanOrEqual(forSmall.markupBps);
        },
      ),
    );
  });
});

describe('the price list', () => {
  it('makes a ladder once, until its middle or its reference changes', () => {
    const { publish, list, market, runtime } = fixture();
    publish('lp', ...SOUND_PRICES);
    const ladder = () => {
      const nowMs = runtime.clock.nowMs();
      const mid = market.midOf('HKD-JPY', nowMs);
      return mid && list.ladderFor(mid, '', nowMs);
    };
    const first = ladder();
    expect(first?.map(({ fromMinor }) => fromMinor)).toEqual([0n, 100_000n, 500_000n]);
    expect(ladder()).toBe(first);
    publish('lp', 'HKD/JPY 20.41 20.42');
    expect(ladder()).not.toBe(first);
  });

  it('prices nothing that it cannot disclose a reference for', () => {
    const { publish, list, market, reference, runtime } = fixture();
    publish('lp', ...SOUND_PRICES);
    const nowMs = runtime.clock.nowMs();
    const mid = market.midOf('HKD-JPY', nowMs);
    reference.replace({ day: '2026-04-13', rates: new Map() }, { forEver: true });
    expect(mid && list.ladderFor(mid, '', nowMs)).toBeUndefined();
  });
});
