import { parseRate } from '@causeway/money';
import { describe, expect, it } from 'vitest';
import { fixture, offered, SOUND_PRICES } from '../fx.fixture.ts';
import { judgePrice, type PriceGuard, type Surroundings } from './price-guard.ts';

const NOW_MS = 1_000_000;
const GUARD: PriceGuard = {
  freshMs: 20_000,
  maxAheadMs: 2_000,
  referenceBps: { dollar: 150, major: 500, emerging: 800 },
  sourcesBps: { dollar: 50, major: 150, emerging: 300 },
};

function judged(text: string, observedAtMs: number | undefined = NOW_MS, around = {}): string {
  const surroundings: Surroundings = {
    nowMs: NOW_MS,
    reference: parseRate('20'),
    others: undefined,
    lastObservedAtMs: undefined,
    ...around,
  };
  const judgement = judgePrice(offered(text, observedAtMs), GUARD, () => surroundings);
  return 'sound' in judgement ? 'sound' : judgement.objection;
}

describe('the guards on one price', () => {
  it('let a sound price pass, up to their very limits', () => {
    expect(judged('HKD/JPY 19.99 20.01')).toBe('sound');
    expect(judged('HKD/JPY 20 20')).toBe('sound');
    expect(judged('HKD/JPY 19 21')).toBe('sound');
    expect(judged('HKD/JPY 20 20', NOW_MS - 19_999)).toBe('sound');
    expect(judged('HKD/JPY 20 20', NOW_MS + 2_000)).toBe('sound');
    expect(judged('HKD/JPY 20 20', NOW_MS, { lastObservedAtMs: NOW_MS })).toBe('sound');
  });

  it('refuse what is no price', () => {
    for (const bid of [
      '',
      '0',
      '-1',
      'abc',
      '1e2',
      '0x14',
      'Infinity',
      '20.',
      '19.99999999999999',
    ]) {
      expect(judged(`HKD/JPY ${bid || '?'} 20`)).toBe('MALFORMED');
    }
    expect(judged('HKD/HKD 1 1')).toBe('MALFORMED');
    const unobserved = judgePrice(offered('HKD/JPY 20 20', undefined), GUARD, () => {
      throw new Error('not asked');
    });
    expect(unobserved).toMatchObject({ objection: 'MALFORMED' });
    for (const pair of ['HKD/ZZZ', 'hkd/JPY', 'KWD/JPY', '__proto__/JPY', '/']) {
      expect(judged(`${pair} 20 20`)).toBe('CURRENCY_UNSUPPORTED');
    }
  });

  it('refuse what is old, early or out of order', () => {
    expect(judged('HKD/JPY 20 20', NOW_MS - 20_000)).toBe('STALE');
    expect(judged('HKD/JPY 20 20', NOW_MS + 2_001)).toBe('FUTURE');
    expect(judged('HKD/JPY 20 20', NOW_MS - 2, { lastObservedAtMs: NOW_MS - 1 })).toBe('STALE');
  });

  it('refuse a crossed price and one that is far off on either side', () => {
    expect(judged('HKD/JPY 20.01 20')).toBe('CROSSED');
    expect(judged('HKD/JPY 18.9 20')).toBe('OUTLIER');
    expect(judged('HKD/JPY 20 21.01')).toBe('OUTLIER');
    expect(judged('HKD/JPY 0.05 0.05')).toBe('OUTLIER');
    expect(judged('HKD/USD 19.9 20.4')).toBe('OUTLIER');
    expect(judged('HKD/THB 19.9 20.4')).toBe('sound');
    expect(judged('HKD/JPY 20 20', NOW_MS, { others: parseRate('20.3') })).toBe('sound');
    expect(judged('HKD/JPY 20 20', NOW_MS, { others: parseRate('20.4') })).toBe('OUTLIER');
    expect(judged('HKD/JPY 20 20', NOW_MS, { reference: undefined })).toBe('OUTLIER');
  });
});

describe('a batch of prices', () => {
  it('is judged one by one, and refusals are counted', () => {
    const { publish, desk } = fixture();
    const { accepted, refused } = publish('lp', ...SOUND_PRICES, 'HKD/JPY 2 2', 'AAA/BBB 1 1');
    expect(accepted).toHaveLength(SOUND_PRICES.length);
    expect(refused.map(({ objection }) => objection)).toEqual(['OUTLIER', 'CURRENCY_UNSUPPORTED']);
    for (let i = 0; i < 1_000; i += 1) publish('lp', `A${i}/B${i} 1 1`);
    expect([...desk.refusals.all()]).toMatchObject([
      { base: 'HKD', quote: 'JPY', count: 1n, last: expect.stringContaining('OUTLIER') },
      { base: '', quote: '', count: 1_001n },
    ]);
  });

  it('is held against what other sources say, not against its own last price', () => {
    const { publish } = fixture();
    publish('a', 'HKD/JPY 20.40 20.42');
    expect(publish('a', 'HKD/JPY 20.90 20.92').accepted).toHaveLength(1);
    expect(publish('b', 'HKD/JPY 20.40 20.42').refused[0]?.detail).toContain('other sources');
    // The others are also heard where they price the pair the other way round.
    expect(publish('b', 'JPY/HKD 0.0490 0.0491').refused[0]?.detail).toContain('other sources');
    expect(publish('b', 'JPY/HKD 0.0478 0.0479').accepted).toHaveLength(1);
  });
});
