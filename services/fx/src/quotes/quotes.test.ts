import {
  compareRates,
  isPayable,
  parseRate,
  payeeAmountFor,
  payerAmountFor,
} from '@causeway/money';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeBoard } from '../boards/board.ts';
import { gridStartMs } from '../boards/grid.ts';
import { type Fixture, fixture, SOUND_PRICES, TIMING } from '../fx.fixture.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
import { createQuote, type QuoteRequest } from './create-quote.ts';
import type { FixedSide } from './price-amount.ts';

/** The decimal places of the currencies that the fixture prices, apart from libs/money. */
const EXPONENTS = new Map([
  ...'CNY EUR GBP HKD IDR MOP MYR PHP SGD THB USD'.split(' ').map((code) => [code, 2] as const),
  ...['JPY', 'KRW'].map((code) => [code, 0] as const),
  ['BHD', 3] as const,
]);
const exponentOf = (code: string) => EXPONENTS.get(code) ?? Number.NaN;
const stepOf = (code: string) => (code === 'IDR' ? 100n : 1n);

const PAYMENT_ID = 'aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa';

let world: Fixture;
beforeEach(() => {
  world = fixture();
  world.publish('lp', ...SOUND_PRICES);
});

function quote(pair: string, side: FixedSide['side'], amount: bigint, more = {}) {
  const [from = '', to = ''] = pair.split('-');
  const request: QuoteRequest = {
    pair: { from, to },
    fixed: { side, amountMinor: amount },
    paymentId: PAYMENT_ID,
    payeeCountryCode: '',
    honourShownBoards: false,
    ...more,
  };
  return createQuote(world.quotes, request);
}

function showBoard() {
  const nowMs = world.runtime.clock.nowMs();
  const gridMs = gridStartMs(nowMs, TIMING.periodMs);
  const board = makeBoard(world.market, world.list, TIMING, {
    instance: 'fx',
    payerCurrency: 'HKD',
    gridMs,
    nowMs,
  });
  if (board === undefined) throw new Error('no board');
  world.live.add([board], nowMs);
  return board;
}

const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

/** A decimal text as numerator and denominator: all that the oracle below knows of rates. */
function fraction(text: string): [bigint, bigint] {
  const [whole = '', places = ''] = text.split('.');
  return [BigInt(whole + places), 10n ** BigInt(places.length)];
}

/** payee ÷ rate in payer minor units, down and up, by fractions that never round before the end. */
function exactPayer(payeeMinor: bigint, pair: string, rate: string) {
  const [from = '', to = ''] = pair.split('-');
  const [top, bottom] = fraction(rate);
  const numerator = payeeMinor * bottom * 10n ** BigInt(exponentOf(from));
  const denominator = top * 10n ** BigInt(exponentOf(to));
  const step = stepOf(from);
  const steps = (numerator + denominator * step - 1n) / (denominator * step);
  return { floor: numerator / denominator, upToStep: steps * step };
}

/** How much dearer `rate` is than `reference`, in basis points: up, or towards zero if cheaper. */
function bpsOver(reference: string, rate: string): number {
  const [a, b] = fraction(reference);
  const [c, d] = fraction(rate);
  const [dearer, base] = [(a * d - c * b) * 10_000n, c * b];
  return Number(dearer > 0n ? (dearer + base - 1n) / base : dearer / base);
}

const minorOf = (money: { amountMinor: bigint } | undefined) => money?.amountMinor ?? -1n;
const anyPair = fc.constantFrom(
  ...[...OFFERED_PAIRS.values()]
    .filter(({ from, to }) => EXPONENTS.has(from) && EXPONENTS.has(to))
    .map(({ from, to }) => `${from}-${to}`),
);

describe('a quote', () => {
  it('is recomputed from its own fields, either side fixed', () => {
    fc.assert(
      fc.property(
        anyPair,
        fc.constantFrom('payee' as const, 'payer' as const),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (pair, side, units) => {
          const [from = '', to = ''] = pair.split('-');
          const amount = units * stepOf(side === 'payee' ? to : from);
          let made: ReturnType<typeof quote>;
          try {
            made = quote(pair, side, amount);
          } catch (error) {
            expect(error).toEqual(refused('AMOUNT_TOO_SMALL'));
            return;
          }
          const payee = minorOf(made.payeeAmount);
          const payer = minorOf(made.payerAmount);
          expect(side === 'payee' ? payee : payer).toBe(amount);
          expect(isPayable(payee, to) && isPayable(payer, from)).toBe(true);

          const exact = exactPayer(payee, pair, made.rate);
          if (side === 'payee') expect(payer).toBe(exact.upToStep);
          else expect(payer).toBeGreaterThanOrEqual(exact.upToStep);

          const [mid, markup, residual] = [made.midPart, made.markupPart, made.residualPart].map(
            minorOf,
          ) as [bigint, bigint, bigint];
          expect(mid).toBe(exactPayer(payee, pair, made.midRate).floor);
          expect(mid + markup).toBe(exact.floor);
          expect(mid + markup + residual).toBe(payer);
          expect(mid >= 0n && markup >= 0n && residual >= 0n).toBe(true);
          if (side === 'payee') expect(residual).toBeLessThanOrEqual(stepOf(from));

          // The same answer through libs/money, from the texts alone.
          const rate = parseRate(made.rate);
          if (side === 'payee') {
            const given = { payee: { currencyCode: to, amountMinor: payee }, payerCurrency: from };
            expect(payerAmountFor({ ...given, rate, rounding: 'up' })).toBe(payer);
          } else {
            const given = { payer: { currencyCode: from, amountMinor: payer }, payeeCurrency: to };
            expect(payeeAmountFor({ ...given, rate, rounding: 'down' })).toBe(payee);
          }
          expect(made.markupBps).toBe(bpsOver(made.referenceRate, made.rate));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of the tour: JPY 1,280 from HKD', () => {
    expect(quote('HKD-JPY', 'payee', 1_280n)).toMatchObject({
      payerAmount: { currencyCode: 'HKD', amountMinor: 6_323n },
      rate: '20.2465277',
      midRate: '20.4085',
      referenceRate: '20.4082748',
      referenceSource: 'ECB 2026-04-13',
      markupBps: 80,
      midPart: { amountMinor: 6_271n },
      markupPart: { amountMinor: 51n },
      residualPart: { amountMinor: 1n },
      guaranteed: true,
      token: '',
    });
  });

  it('has the id of its payment, and expires by the server', () => {
    const one = quote('HKD-JPY', 'payee', 1_280n);
    expect(quote('HKD-JPY', 'payee', 1_280n).quoteId).toBe(one.quoteId);
    expect(one.expireTime?.getTime()).toBe(world.runtime.clock.nowMs() + 60_000);
    const shown = quote('HKD-JPY', 'payee', 1_280n, { paymentId: '' });
    expect(shown.quoteId).not.toBe(one.quoteId);
    expect(shown.token).not.toBe('');
  });

  it('costs less per unit from each tier on, by the fixed amount at the middle', () => {
    const bps = [99_999n, 100_000n, 499_999n, 500_000n].map(
      (amount) => quote('HKD-JPY', 'payer', amount).markupBps,
    );
    expect(bps).toEqual([80, 60, 60, 40]);
    // HKD 1,000 at the middle is JPY 20,408.5.
    expect(quote('HKD-JPY', 'payee', 20_408n).markupBps).toBe(80);
    expect(quote('HKD-JPY', 'payee', 20_409n).markupBps).toBe(60);
    // The same sizes in the currency of another payer, at the reference rate.
    expect(quote('JPY-HKD', 'payer', 20_407n).rate < quote('JPY-HKD', 'payer', 20_408n).rate).toBe(
      true,
    );
  });

  it('rounds a payee amount down to what can be paid, and says where the rest went', () => {
    const made = quote('HKD-IDR', 'payer', 999n);
    expect(minorOf(made.payeeAmount) % 100n).toBe(0n);
    const parts = [made.midPart, made.markupPart, made.residualPart].map(minorOf);
    expect(parts.reduce((a, b) => a + b)).toBe(999n);
    const rough = quote('KRW-USD', 'payer', 2_010n);
    expect(rough).toMatchObject({ payeeAmount: { amountMinor: 133n } });
    expect(minorOf(rough.residualPart)).toBeGreaterThan(1n);
  });

  it('is refused below one minor unit on either side', () => {
    for (const [pair, side, amount] of [
      ['HKD-KRW', 'payee', 1n],
      ['HKD-IDR', 'payee', 100n],
      ['KRW-USD', 'payer', 1n],
      ['JPY-HKD', 'payer', 0n],
    ] as const) {
      expect(() => quote(pair, side, amount), pair).toThrow(refused('AMOUNT_TOO_SMALL'));
    }
    expect(minorOf(quote('HKD-KRW', 'payee', 2n).payerAmount)).toBe(2n);
  });

  it('is refused where an amount passes what books can hold', () => {
    for (const side of ['payee', 'payer'] as const) {
      expect(() => quote('IDR-USD', side, 10n ** 15n)).not.toThrow(TypeError);
    }
    expect(() => quote('IDR-USD', 'payee', 10n ** 15n)).toThrow(refused('AMOUNT_TOO_LARGE'));
    expect(() => quote('USD-IDR', 'payer', 10n ** 15n)).toThrow(refused('AMOUNT_TOO_LARGE'));
  });

  it('is refused from stale prices, and for a pair that nobody prices', async () => {
    await world.runtime.advance(19_999);
    expect(quote('HKD-JPY', 'payee', 1_280n).midRate).toBe('20.4085');
    await world.runtime.advance(1);
    expect(() => quote('HKD-JPY', 'payee', 1_280n)).toThrow(refused('NO_FRESH_RATE'));
    world = fixture();
    expect(() => quote('THB-JPY', 'payee', 1_280n)).toThrow(refused('NO_FRESH_RATE'));
    expect(quote('HKD-MOP', 'payee', 10_300n).midRate).toBe('1.03');
  });
});

describe('a quote that honours shown boards', () => {
  const honoured = { honourShownBoards: true };

  it('takes the best of all boards still guaranteed, with their own middle', async () => {
    const first = showBoard();
    await world.runtime.advance(5_000);
    world.publish('lp', 'HKD/JPY 20.304 20.313');
    const second = showBoard();
    const made = quote('HKD-JPY', 'payee', 1_280n, honoured);
    expect(made).toMatchObject({
      rateBoardId: first.boardId,
      rate: first.entries.get('JPY')?.rateText,
      midRate: '20.4085',
    });
    await world.runtime.advance(first.guaranteeUntilMs - world.runtime.clock.nowMs() - 1);
    // The market went stale long ago: what was promised holds.
    expect(quote('HKD-JPY', 'payee', 1_280n, honoured).rateBoardId).toBe(first.boardId);
    expect(() => quote('HKD-JPY', 'payee', 1_280n)).toThrow(refused('NO_FRESH_RATE'));
    await world.runtime.advance(1);
    const later = quote('HKD-JPY', 'payee', 1_280n, honoured);
    expect(later).toMatchObject({ rateBoardId: second.boardId, midRate: '20.3085' });
    await world.runtime.advance(5_000);
    expect(() => quote('HKD-JPY', 'payee', 1_280n, honoured)).toThrow(refused('NO_FRESH_RATE'));
  });

  it('takes the price now where that is better, and names the best board that it beats', () => {
    const board = showBoard();
    world.publish('lp', 'HKD/JPY 20.504 20.513');
    const made = quote('HKD-JPY', 'payee', 1_280n, honoured);
    expect(made).toMatchObject({ rateBoardId: board.boardId, midRate: '20.5085' });
    const large = quote('HKD-JPY', 'payer', 600_000n, honoured);
    expect(large.rate > made.rate).toBe(true);
    expect(quote('HKD-JPY', 'payee', 1_280n).rateBoardId).toBe('');
  });

  it('is never worse than any board shown in the last guarantee', () => {
    const moves = fc.array(fc.integer({ min: 20_200, max: 20_600 }), { maxLength: 30 });
    return fc.assert(
      fc.asyncProperty(moves, fc.bigInt({ min: 1n, max: 10n ** 6n }), async (drawn, amount) => {
        world = fixture();
        const shown: string[] = [];
        for (const milli of drawn) {
          const price = (milli / 1_000).toFixed(3);
          world.publish('lp', `HKD/JPY ${price} ${price}`);
          shown.push(showBoard().entries.get('JPY')?.rateText ?? '');
          await world.runtime.advance(5_000);
        }
        if (drawn.length === 0) return;
        const made = quote('HKD-JPY', 'payee', amount, honoured);
        const rate = parseRate(made.rate);
        for (const promised of shown.slice(-16)) {
          expect(compareRates(rate, parseRate(promised))).toBeGreaterThanOrEqual(0);
        }
        expect(compareRates(rate, parseRate(made.midRate))).toBeLessThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});
