import { Quote } from '@causeway/proto/fx';
import { Secret } from '@causeway/runtime';
import { expect, it } from 'vitest';
import { fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { createQuote } from './create-quote.ts';
import { verifyQuoteToken } from './token.ts';

const { quotes, publish, runtime } = fixture();
publish('lp', ...SOUND_PRICES);
const quote = createQuote(quotes, {
  pair: { from: 'HKD', to: 'JPY' },
  fixed: { side: 'payee', amountMinor: 1_280n },
  paymentId: '',
  payeeCountryCode: '',
  honourShownBoards: false,
});
const nowMs = runtime.clock.nowMs();
const keys = [quotes.tokenKey];
const OTHER_ID = 'aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa';

it('stands for a quote that comes back unchanged, until it expires', () => {
  const returned = Quote.fromJSON(JSON.parse(JSON.stringify(Quote.toJSON(quote))));
  expect(verifyQuoteToken(returned, keys, nowMs + 59_999)).toBe('valid');
  expect(verifyQuoteToken(returned, keys, nowMs + 60_000)).toBe('expired');
});

it('is void once any field was changed', () => {
  const changes: Partial<Quote>[] = [
    { quoteId: OTHER_ID },
    { rate: '25' },
    { midRate: '20.5' },
    { markupBps: 0 },
    { guaranteed: false },
    { expireTime: new Date('9999-12-31') },
    { payerAmount: { currencyCode: 'HKD', amountMinor: 1n } },
    { payeeAmount: { currencyCode: 'HKD', amountMinor: 1_280n } },
    { residualPart: undefined },
    { rateBoardId: OTHER_ID },
  ];
  for (const change of changes) {
    expect(verifyQuoteToken({ ...quote, ...change }, keys, nowMs)).toBe('forged');
  }
  expect(Object.keys(quote)).toHaveLength(16);
});

it('is void without its key, and good while its key is kept', () => {
  const next = { id: 'k2', key: new Secret<Uint8Array>(Buffer.alloc(32, 9)) };
  const impostor = { id: 'k1', key: next.key };
  expect(verifyQuoteToken(quote, [next, ...keys], nowMs)).toBe('valid');
  expect(verifyQuoteToken(quote, [next], nowMs)).toBe('forged');
  expect(verifyQuoteToken(quote, [impostor], nowMs)).toBe('forged');
  for (const token of ['', 'v1', 'v1.k1.', `${quote.token}A`, quote.token.replace('v1', 'v2')]) {
    expect(verifyQuoteToken({ ...quote, token }, keys, nowMs)).toBe('forged');
  }
});
