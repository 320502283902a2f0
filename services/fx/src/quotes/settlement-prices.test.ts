import { currency, parseRate, payeeAmountFor } from '@causeway/money';
import type { CreateQuoteRequest } from '@causeway/proto/fx';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { type Fixture, fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { answerQuote } from './answer-quote.ts';

let world: Fixture;
beforeEach(() => {
  world = fixture();
  world.publish('lp', ...SOUND_PRICES);
});

const YEN = { currencyCode: 'JPY', amountMinor: 1_280n };

function ask(pair: string, codes: string[], payee = YEN) {
  const [payerCurrencyCode = '', payeeCurrencyCode = ''] = pair.split('-');
  const request: CreateQuoteRequest = {
    pair: { payerCurrencyCode, payeeCurrencyCode },
    fixedSide: { $case: 'payeeAmount', value: payee },
    ...{ paymentId: '', payeeCountryCode: '', honourShownBoards: false },
    settlementCurrencyCodes: codes,
  };
  return answerQuote(world.quotes, request);
}

const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

it('come with the quote, at the middle that anyone can compute the amount from', () => {
  const { quote, settlementPrices } = ask('HKD-JPY', ['USD', 'HKD']);
  expect(quote?.payeeAmount).toEqual(YEN);
  const [usd, hkd] = settlementPrices;
  // JPY/USD through HKD: 0.127685 / 20.4085.
  expect(usd).toEqual({
    ...{ amount: { currencyCode: 'USD', amountMinor: 800n }, rate: '0.00625646177' },
  });
  expect(hkd).toMatchObject({ amount: { currencyCode: 'HKD', amountMinor: 6_271n } });
  expect(ask('HKD-JPY', []).settlementPrices).toEqual([]);
});

it('are all that there is within one currency', () => {
  const { quote, settlementPrices } = ask('JPY-JPY', ['USD']);
  expect(quote).toBeUndefined();
  expect(settlementPrices).toHaveLength(1);
  expect(() => ask('JPY-JPY', [])).toThrow(refused('CURRENCY_UNSUPPORTED'));
  const fraction = { currencyCode: 'JPY', amountMinor: 0n };
  expect(() => ask('JPY-JPY', ['USD'], fraction)).toThrow(refused('AMOUNT_INVALID'));
});

it('are left out where there is no fresh rate, and where none is offered', async () => {
  await world.runtime.advance(15_000);
  world.publish('lp', 'HKD/JPY 20.404 20.413');
  await world.runtime.advance(6_000);
  expect(ask('HKD-JPY', ['USD', 'KWD', 'JPY', 'HKD']).settlementPrices).toMatchObject([
    { amount: { currencyCode: 'HKD' } },
  ]);
  expect(() =>
    ask(
      'HKD-JPY',
      Array.from({ length: 17 }, () => 'USD'),
    ),
  ).toThrow(refused('FIELD_INVALID'));
});

it('never come to more than the payee earned is worth', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('USD', 'HKD', 'IDR', 'KRW', 'EUR'),
      fc.bigInt({ min: 1n, max: 10n ** 10n }),
      (code, amountMinor) => {
        const payer = { currencyCode: 'JPY', amountMinor };
        const [price] = ask('JPY-JPY', [code], payer).settlementPrices;
        if (!price?.amount) throw new Error('no price');
        const rate = parseRate(price.rate);
        const minor = price.amount.amountMinor;
        // JPY has no minor units, so one yen is worth rate.digits / 10^scale major units.
        const { exponent, step } = currency(code);
        const exact = amountMinor * rate.digits * 10n ** BigInt(exponent);
        const unit = 10n ** BigInt(rate.scale);
        expect(minor * unit <= exact && exact < (minor + step) * unit).toBe(true);
        expect(minor).toBe(payeeAmountFor({ payer, payeeCurrency: code, rate, rounding: 'down' }));
      },
    ),
  );
});
