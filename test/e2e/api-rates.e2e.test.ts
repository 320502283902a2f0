import {
  compareRates,
  markupBps,
  parseRate,
  payeeAmountFor,
  payerAmountFor,
} from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import {
  type CreateQuoteRequest,
  FxServiceService,
  type Quote,
  type WatchRatesResponse,
} from '@causeway/proto/fx';
import { MARKET_CURRENCIES } from '@causeway/sandbox';
import { describe, expect, test } from 'vitest';
import { knocker, minor, openPayer, openWorld, until } from './support/index.ts';

const world = openWorld();
const knock = knocker(world);
const sakura = world.callers.as('sakura');

/** All that the sandbox has a market for, in the order of a board. */
const ABROAD = [...Object.keys(MARKET_CURRENCIES), 'MOP'].toSorted();
const UUID = '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506';
const of = (currencyCode: string, amountMinor: bigint): Money => ({ currencyCode, amountMinor });
const hkd = (amountMinor: bigint) => of('HKD', amountMinor);

function asked(payer: string, payee: string, fixedSide: CreateQuoteRequest['fixedSide']) {
  return {
    pair: { payerCurrencyCode: payer, payeeCurrencyCode: payee },
    fixedSide,
    ...{ paymentId: '', payeeCountryCode: '', honourShownBoards: false },
    settlementCurrencyCodes: [],
  };
}

const forPayee = (payer: string, value: Money) =>
  asked(payer, value.currencyCode, { $case: 'payeeAmount', value });
const forPayer = (payee: string, value: Money) =>
  asked(value.currencyCode, payee, { $case: 'payerAmount', value });

async function quoted(request: CreateQuoteRequest): Promise<Quote> {
  const { quote } = await sakura.fx.createQuote(request);
  if (quote === undefined) throw new Error('an answer without a quote');
  return quote;
}

describe('quotes', () => {
  const amountIn = (currencyCode: string): Money => ({
    currencyCode,
    amountMinor: { IDR: 150_000_00n, JPY: 2_345n, KRW: 23_450n }[currencyCode] ?? 123_45n,
  });

  test.each(ABROAD)('HKD to %s, the payee fixed: the payer is rounded up', async (code) => {
    const payee = amountIn(code);
    const quote = await quoted(forPayee('HKD', payee));
    expect(quote.payeeAmount).toEqual(payee);
    const rate = parseRate(quote.rate);
    expect(minor(quote.payerAmount)).toBe(
      payerAmountFor({ payee, payerCurrency: 'HKD', rate, rounding: 'up' }),
    );
    expectSound(quote);
  });

  test.each(ABROAD)('%s to HKD, the payer fixed: the payee is rounded down', async (code) => {
    const payer = amountIn(code);
    const quote = await quoted(forPayer('HKD', payer));
    expect(quote.payerAmount).toEqual(payer);
    const rate = parseRate(quote.rate);
    expect(minor(quote.payeeAmount)).toBe(
      payeeAmountFor({ payer, payeeCurrency: 'HKD', rate, rounding: 'down' }),
    );
    expectSound(quote);
  });

  test.each([
    ['JPY', 'KRW'],
    ['THB', 'SGD'],
    ['EUR', 'MOP'],
  ])('%s to %s crosses through a pivot', async (payer, payee) => {
    const { rate } = await sakura.fx.getRate({
      pair: { payerCurrencyCode: payer, payeeCurrencyCode: payee },
    });
    expect(rate?.sources).toContainEqual(expect.stringMatching(/^lp-/));
    expectSound(await quoted(forPayee(payer, amountIn(payee))));
  });

  test('larger amounts get no worse a rate', async () => {
    const small = await quoted(forPayer('JPY', hkd(100_00n)));
    const large = await quoted(forPayer('JPY', hkd(6_000_00n)));
    expect(small.markupBps).toBeGreaterThan(large.markupBps);
  });

  test('the server sets how long a quote holds', async () => {
    const before = Date.now();
    const { expireTime, guaranteed, token } = await quoted(forPayer('JPY', hkd(100_00n)));
    const livesMs = (expireTime?.getTime() ?? 0) - before;
    expect(livesMs).toBeGreaterThan(50_000);
    expect(livesMs).toBeLessThan(70_000);
    expect(guaranteed).toBe(true);
    expect(token).not.toBe('');
  });

  const yen = forPayer('JPY', hkd(1_00n));
  const minorIn = (side: string) => [`${side}.amount_minor`];
  test.each<[string, CreateQuoteRequest, string, string[]]>([
    ['too small for a cent', forPayee('HKD', of('KRW', 1n)), 'AMOUNT_TOO_SMALL', ['payee_amount']],
    ['too small for a yen', forPayer('JPY', hkd(1n)), 'AMOUNT_TOO_SMALL', ['payer_amount']],
    ['too large', forPayer('IDR', hkd(10n ** 15n)), 'AMOUNT_TOO_LARGE', ['payer_amount']],
    ['an int64', forPayer('JPY', hkd(2n ** 63n - 1n)), 'AMOUNT_TOO_LARGE', minorIn('payer_amount')],
    ['zero', forPayer('JPY', hkd(0n)), 'AMOUNT_INVALID', minorIn('payer_amount')],
    ['negative', forPayer('JPY', hkd(-1n)), 'AMOUNT_INVALID', minorIn('payer_amount')],
    ['sen', forPayee('HKD', of('IDR', 1_01n)), 'AMOUNT_INVALID', minorIn('payee_amount')],
    ['no side', { ...yen, fixedSide: undefined }, 'AMOUNT_INVALID', ['payee_amount']],
    [
      'the wrong currency',
      { ...yen, fixedSide: { $case: 'payeeAmount', value: hkd(1n) } },
      'AMOUNT_INVALID',
      ['payee_amount.currency_code'],
    ],
    ['one currency twice', forPayee('HKD', hkd(1n)), 'CURRENCY_UNSUPPORTED', ['pair']],
    [
      'a currency that is not offered',
      forPayer('KWD', hkd(1_00n)),
      'CURRENCY_UNSUPPORTED',
      ['pair.payee_currency_code'],
    ],
    ['no pair', { ...yen, pair: undefined }, 'FIELD_INVALID', ['pair']],
    [
      'a country that is none',
      { ...yen, payeeCountryCode: 'Japan' },
      'FIELD_INVALID',
      ['payee_country_code'],
    ],
    ['the id of a payment', { ...yen, paymentId: UUID }, 'SERVICE_ONLY', ['payment_id']],
    [
      'the promise of boards',
      { ...yen, honourShownBoards: true },
      'SERVICE_ONLY',
      ['honour_shown_boards'],
    ],
  ])('refused: %s', async (_name, request, reason, fields) => {
    const { path, requestSerialize } = FxServiceService.createQuote;
    const answer = await knock({ as: 'sakura', at: 'fx', path, bytes: requestSerialize(request) });
    const code = reason === 'SERVICE_ONLY' ? 'PERMISSION_DENIED' : 'INVALID_ARGUMENT';
    expect(answer).toMatchObject({ code, reason, fields });
  });
});

describe('boards', () => {
  test('the newest shows every currency with its markup over the reference', async () => {
    const { rateBoard } = await sakura.fx.getRateBoard({
      ...{ payerCurrencyCode: 'HKD', rateBoardId: '' },
    });
    expect(rateBoard?.entries.map((entry) => entry.payeeCurrencyCode)).toEqual(ABROAD);
    for (const { rate, midRate, referenceRate, ...entry } of rateBoard?.entries ?? []) {
      expect(compareRates(parseRate(rate), parseRate(midRate))).toBeLessThan(0);
      expect(entry.markupBps).toBe(markupBps(parseRate(referenceRate), parseRate(rate)));
    }
    const { publishTime, showUntilTime, guaranteeUntilTime } = rateBoard ?? {};
    const times = [publishTime, showUntilTime, guaranteeUntilTime].map((at) => at?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("a code's board can be read again by its id", async () => {
    const { rateBoard } = await (await openPayer(world)).show();
    const rateBoardId = rateBoard?.rateBoardId ?? '';
    const again = await sakura.fx.getRateBoard({ payerCurrencyCode: '', rateBoardId });
    expect(again.rateBoard).toEqual(rateBoard);
  });

  test.each([
    ['HKD', UUID, 'NOT_FOUND', 'RATE_BOARD_UNKNOWN'],
    ['HKD', 'not-a-uuid', 'NOT_FOUND', 'RATE_BOARD_UNKNOWN'],
    ['THB', '', 'INVALID_ARGUMENT', 'CURRENCY_UNSUPPORTED'],
    ['XXX', '', 'INVALID_ARGUMENT', 'CURRENCY_UNSUPPORTED'],
  ])('none for %s "%s"', async (payerCurrencyCode, rateBoardId, code, reason) => {
    const { path, requestSerialize } = FxServiceService.getRateBoard;
    const bytes = requestSerialize({ payerCurrencyCode, rateBoardId });
    expect(await knock({ as: 'sakura', at: 'fx', path, bytes })).toMatchObject({ code, reason });
  });
});

describe('rates', () => {
  test('a watcher sees each pair at once, and then its changes', async () => {
    const pairs = ['JPY', 'THB'].map((payeeCurrencyCode) => ({
      ...{ payerCurrencyCode: 'HKD', payeeCurrencyCode },
    }));
    const seen: WatchRatesResponse[] = [];
    for await (const change of sakura.fx.watchRates({ pairs }, { timeoutMs: 20_000 })) {
      seen.push(change);
      if (seen.length === 6) break;
    }
    const codes = seen.map(({ rate }) => rate?.pair?.payeeCurrencyCode ?? '');
    expect(codes.slice(0, 2).sort()).toEqual(['JPY', 'THB']);
    const yenRates = seen.filter((_, n) => codes[n] === 'JPY').map(({ rate }) => rate?.midRate);
    expect(new Set(yenRates).size).toBeGreaterThan(1);
  });

  test.each([
    ['no pairs', [], ['pairs']],
    ['too many', Array(65).fill({ payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' }), ['pairs']],
    [
      'a pair that is none',
      [{ payerCurrencyCode: 'HKD', payeeCurrencyCode: 'QQQ' }],
      ['pairs[0].payee_currency_code'],
    ],
  ])('watching %s is refused', async (_name, pairs, fields) => {
    const { path, requestSerialize } = FxServiceService.watchRates;
    const bytes = requestSerialize({ pairs });
    const answer = await knock({ as: 'sakura', at: 'fx', path, bytes });
    expect(answer).toMatchObject({ code: 'INVALID_ARGUMENT', fields });
  });

  test('operators see each source and how fresh it is', async () => {
    const { sources } = await until(
      () => world.ops.fx.listRateSources({}),
      (answer) => answer.sources.some(({ sourceId, fresh }) => sourceId === 'lp-harbour' && fresh),
    );
    const fresh = sources.filter(({ sourceId }) => sourceId === 'lp-harbour');
    expect(fresh.length).toBeGreaterThanOrEqual(ABROAD.length);
  });
});

/** What holds of every quote: three parts that sum, no more than a unit lost, markup disclosed. */
function expectSound(quote: Quote): void {
  const parts = [quote.midPart, quote.markupPart, quote.residualPart].map(minor);
  expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(minor(quote.payerAmount));
  const [rate, midRate] = [parseRate(quote.rate), parseRate(quote.midRate)];
  expect(compareRates(rate, midRate)).toBeLessThan(0);
  expect(quote.markupBps).toBe(markupBps(parseRate(quote.referenceRate), rate));
  expect(quote.referenceSource).toMatch(/\d{4}-\d\d-\d\d|peg/i);
}
