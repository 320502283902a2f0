import { expect, it } from 'vitest';
import { OFFERED_CURRENCIES } from '../currencies.ts';
import { fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
import { watchRates } from './watch-rates.ts';

it('has a middle of every pair once a provider prices each currency in HKD', () => {
  const { publish, market, reference, runtime } = fixture();
  for (const code of OFFERED_CURRENCIES.filter((other) => other !== 'HKD')) {
    const rate = reference.lastRate(`HKD-${code}`)?.text;
    publish('lp', `HKD/${code} ${rate} ${rate}`);
  }
  for (const key of OFFERED_PAIRS.keys()) {
    expect(market.midOf(key, runtime.clock.nowMs()), key).toBeDefined();
  }
});

it('takes the middle of bid and ask, inverts it, and crosses through a pivot', () => {
  const { publish, market, runtime } = fixture();
  const text = (key: string) => market.midOf(key, runtime.clock.nowMs())?.text;
  expect(text('HKD-JPY')).toBeUndefined();
  publish('lp', 'HKD/JPY 20.40 20.42', 'HKD/THB 4.12 4.13');
  expect(text('HKD-JPY')).toBe('20.41');
  expect(text('JPY-HKD')).toBe('0.0489955904');
  expect(text('JPY-THB')).toBe('0.20210681');
  expect(text('THB-JPY')).toBe('4.94787879');
  // A direct price is preferred to a cross, in both directions.
  publish('lp', 'THB/JPY 4.90 4.92');
  expect(text('THB-JPY')).toBe('4.91');
  expect(text('JPY-THB')).toBe('0.203665988');
  // Where HKD is no way, the next pivot is.
  publish('lp', 'USD/SGD 1.276 1.277', 'USD/KRW 1488 1490');
  expect(text('SGD-KRW')).toBe('1166.47082');
});

it('holds the pataca by its peg, and crosses it', () => {
  const { publish, market, runtime } = fixture();
  const nowMs = runtime.clock.nowMs();
  expect(market.midOf('HKD-MOP', nowMs)).toMatchObject({ text: '1.03', sources: ['peg'] });
  publish('lp', 'HKD/JPY 20.40 20.42');
  expect(market.midOf('MOP-JPY', nowMs)).toMatchObject({
    text: '19.815534',
    sources: ['lp', 'peg'],
    observedAtMs: nowMs,
    freshUntilMs: nowMs + 20_000,
  });
});

it('takes the middle of whoever sells best, in either direction, among the fresh', async () => {
  const { publish, market, runtime } = fixture();
  const startMs = runtime.clock.nowMs();
  const mid = (key = 'HKD-JPY') => market.midOf(key, runtime.clock.nowMs());
  publish('a', 'HKD/JPY 20.40 20.44');
  await runtime.advance(8_000);
  publish('b', 'HKD/JPY 20.41 20.42');
  expect(mid()).toMatchObject({ text: '20.415', sources: ['b'], freshUntilMs: startMs + 20_000 });
  expect(mid()?.offers.map(({ providerId }) => providerId)).toEqual(['b', 'a']);
  // Bought with yen, dollars are cheapest where the ask is lowest: that is b's, too.
  expect(mid('JPY-HKD')?.sources).toEqual(['b']);
  publish('c', 'JPY/HKD 0.0489 0.04895');
  expect(mid()).toMatchObject({ sources: ['c'] });
  expect(mid('JPY-HKD')).toMatchObject({ text: '0.0489835905', sources: ['b'] });
  await runtime.advance(19_999);
  expect(mid()?.sources).toEqual(['c']);
  await runtime.advance(1);
  expect(mid()).toBeUndefined();
});

it('computes again only what a price has a part in, and never for being asked', () => {
  const { publish, market, runtime } = fixture();
  publish('lp', ...SOUND_PRICES);
  const nowMs = runtime.clock.nowMs();
  const thb = market.midOf('HKD-THB', nowMs);
  const cross = market.midOf('JPY-THB', nowMs);
  publish('lp', 'HKD/JPY 20.41 20.42');
  expect(market.midOf('HKD-THB', nowMs)).toBe(thb);
  expect(market.midOf('JPY-THB', nowMs)).not.toBe(cross);
  expect(market.midOf('JPY-THB', nowMs)).toBe(market.midOf('JPY-THB', nowMs));
});

it('tells a watcher the rate now and each change, and a slow one only the latest', async () => {
  const { publish, market, runtime } = fixture();
  const stop = new AbortController();
  publish('lp', 'HKD/JPY 20.40 20.42', 'HKD/THB 4.12 4.13');
  const keys = new Set(['HKD-JPY', 'HKD-THB']);
  const watch = watchRates(market, keys, runtime.clock.nowMs(), stop.signal);
  const next = async () => (await watch.next()).value?.text;
  expect([await next(), await next()]).toEqual(['20.41', '4.125']);
  const waiting = next();
  publish('lp', 'HKD/JPY 20.40 20.42', 'HKD/SGD 0.1629 0.1630');
  publish('lp', 'HKD/JPY 20.41 20.43');
  expect(await waiting).toBe('20.42');
  for (let i = 0; i < 100; i += 1) publish('lp', `HKD/JPY 20.${400 + i} 20.${400 + i}`);
  expect(await next()).toBe('20.499');
  const last = watch.next();
  stop.abort();
  expect(await last).toEqual({ value: undefined, done: true });
});
