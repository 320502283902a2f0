import { connectNats, enqueue, eventQueueSql, startPublisher } from '@causeway/events';
import {
  CoverTradeState,
  type CreateQuoteRequest,
  type ExecuteTradeRequest,
  FxServiceService,
  LiquidityProviderServiceService,
  type PublishRatesRequest,
  RateRefusalReason,
  TreasuryServiceService,
} from '@causeway/proto/fx';
import { type Client, connect, implement, readTls, serve } from '@causeway/rpc';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase, testNats } from '@causeway/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { readConfig } from './config.ts';
import { factsOf } from './exposures/facts.fixture.ts';
import { offered, SOUND_PRICES } from './fx.fixture.ts';
import { start } from './main.ts';
import { verifyQuoteToken } from './quotes/token.ts';

const [{ url }, { db: queue }, nats] = await Promise.all([
  testDatabase(migrations),
  testDatabase([{ name: '0001_queue', sql: eventQueueSql }]),
  testNats(),
]);
const folderOf = await testCertificates([
  { kind: 'service', id: 'fx' },
  { kind: 'service', id: 'routing' },
  { kind: 'partner', id: 'lp-harbour' },
  { kind: 'partner', id: 'sakura' },
  { kind: 'operator', id: 'ops' },
]);
const runtime = quietRuntime('fx');
const tradesAsked: ExecuteTradeRequest[] = [];
const provider = await serve({
  ...{ runtime, tls: readTls(folderOf('lp-harbour')), host: '127.0.0.1', port: 0 },
  services: [
    implement(LiquidityProviderServiceService, {
      executeTrade: async (request) => {
        tradesAsked.push(request);
        const payerAmount = { currencyCode: 'HKD', amountMinor: 6_400n };
        return { executed: true, payerAmount, rate: '20.404', refusal: '' };
      },
    }),
  ],
  reasons: {},
});
const config = readConfig({
  DATABASE_URL: url,
  NATS_URL: nats.url,
  LIQUIDITY_PROVIDERS: `lp-harbour=127.0.0.1:${provider.port}`,
  COVER_LIMITS: 'HKD:64',
  TLS_DIR: folderOf('fx'),
  BOARD_PERIOD_SECONDS: '1',
  QUOTE_TOKEN_KEYS: `k1:${'0a'.repeat(32)}`,
});
const running = await start(config, runtime);
const open: Client<typeof FxServiceService>[] = [];
afterAll(async () => {
  for (const client of open) client.close();
  await running.drain();
  await provider.drain();
});

function as(id: string, mode: 'unary' | 'coalesced' = 'unary') {
  const client = connect(FxServiceService, {
    runtime,
    address: `127.0.0.1:${running.port}`,
    tls: readTls(folderOf(id)),
    mode,
    defaultDeadlineMs: 5_000,
  });
  open.push(client);
  return client;
}

const [publisher, partner, operator] = [as('lp-harbour'), as('sakura'), as('ops')];
const routing = as('routing', 'coalesced');

const PAIR = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' };
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

function quoteRequest(more: Partial<CreateQuoteRequest> = {}): CreateQuoteRequest {
  return {
    pair: PAIR,
    fixedSide: { $case: 'payeeAmount', value: { currencyCode: 'JPY', amountMinor: 1_280n } },
    paymentId: '',
    payeeCountryCode: '',
    honourShownBoards: false,
    settlementCurrencyCodes: [],
    ...more,
  };
}

async function* batches(...texts: string[][]): AsyncGenerator<PublishRatesRequest> {
  for (const prices of texts) {
    yield {
      updates: prices.map((text) => {
        const { observedAtMs: _, ...price } = offered(text, undefined);
        return { ...price, observeTime: runtime.clock.now() };
      }),
    };
  }
}

test('without prices there is nothing but the peg', async () => {
  await expect(partner.getRate({ pair: PAIR })).rejects.toThrow(refused('NO_FRESH_RATE'));
  await expect(partner.createQuote(quoteRequest())).rejects.toThrow(refused('NO_FRESH_RATE'));
});

test('only a configured provider may publish rates', async () => {
  const publishing = partner.publishRates(batches(SOUND_PRICES))[Symbol.asyncIterator]();
  await expect(publishing.next()).rejects.toThrow(refused('SCOPE_MISSING'));
});

test('a provider publishes, each batch is answered, and watchers hear of it', async () => {
  const watching = partner.watchRates({ pairs: [PAIR] })[Symbol.asyncIterator]();
  const heard = watching.next();
  const answers = [];
  const sent = batches(SOUND_PRICES, [
    'HKD/JPY 21 20',
    'HKD/JPY 2 2',
    'HKD/ZZZ 1 1',
    'HKD/JPY 0 1',
  ]);
  for await (const answer of publisher.publishRates(sent)) answers.push(answer);
  expect(answers[0]).toEqual({ acceptedCount: SOUND_PRICES.length, refusals: [] });
  expect(answers[1]?.refusals.map(({ reason }) => reason)).toEqual([
    RateRefusalReason.CROSSED,
    RateRefusalReason.OUTLIER,
    RateRefusalReason.CURRENCY_UNSUPPORTED,
    RateRefusalReason.MALFORMED,
  ]);
  expect((await heard).value?.rate).toMatchObject({
    pair: PAIR,
    midRate: '20.4085',
    referenceRate: '20.4082748',
    referenceSource: 'ECB 2026-04-13',
    sources: ['lp-harbour'],
  });
  await watching.return?.();
  const tooMany = batches(Array.from({ length: 257 }, () => 'HKD/JPY 20.4 20.4'));
  const flood = publisher.publishRates(tooMany)[Symbol.asyncIterator]();
  await expect(flood.next()).rejects.toThrow(refused('FIELD_INVALID'));
});

test('a board comes out, is shown, and binds a quote for a payment', async () => {
  await expect
    .poll(
      async () => {
        const { rateBoard } = await routing.getRateBoard({
          payerCurrencyCode: 'HKD',
          rateBoardId: '',
        });
        return rateBoard?.entries.length;
      },
      { timeout: 5_000 },
    )
    .toBe(13);
  const newest = { payerCurrencyCode: 'HKD', rateBoardId: '' };
  const { rateBoard: board } = await routing.getRateBoard(newest);
  const byId = { payerCurrencyCode: '', rateBoardId: board?.rateBoardId ?? '' };
  expect((await routing.getRateBoard(byId)).rateBoard).toEqual(board);
  const paymentId = 'aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa';
  const { quote } = await routing.createQuote(quoteRequest({ paymentId, honourShownBoards: true }));
  expect(quote?.rate).toBe(
    board?.entries.find(({ payeeCurrencyCode }) => payeeCurrencyCode === 'JPY')?.rate,
  );
  const { rateBoard: bound } = await routing.getRateBoard({
    payerCurrencyCode: 'HKD',
    rateBoardId: quote?.rateBoardId ?? '',
  });
  expect(bound).toBeDefined();
});

test('a shown quote carries a token that proves it', async () => {
  const { quote } = await partner.createQuote(quoteRequest());
  if (quote === undefined) throw new Error('no quote');
  expect(verifyQuoteToken(quote, config.quoteTokenKeys, runtime.clock.nowMs())).toBe('valid');
});

test('what only services may ask, and what nobody may', async () => {
  const paymentId = 'aaaaaaaa-aaaa-8aaa-8aaa-aaaaaaaaaaaa';
  const refusals: [Partial<CreateQuoteRequest>, string][] = [
    [{ paymentId }, 'SERVICE_ONLY'],
    [{ honourShownBoards: true }, 'SERVICE_ONLY'],
    [{ settlementCurrencyCodes: ['USD'] }, 'SERVICE_ONLY'],
    [{ pair: undefined }, 'FIELD_INVALID'],
    [{ pair: { ...PAIR, payeeCurrencyCode: 'ZZZ' } }, 'CURRENCY_UNSUPPORTED'],
    [{ pair: { ...PAIR, payeeCurrencyCode: 'HKD' } }, 'CURRENCY_UNSUPPORTED'],
    [{ payeeCountryCode: 'Japan' }, 'FIELD_INVALID'],
    [{ fixedSide: undefined }, 'AMOUNT_INVALID'],
  ];
  for (const [more, reason] of refusals) {
    await expect(partner.createQuote(quoteRequest(more))).rejects.toThrow(refused(reason));
  }
  const amount = (currencyCode: string, amountMinor: bigint, pair = PAIR) =>
    partner.createQuote(
      quoteRequest({
        pair,
        fixedSide: { $case: 'payeeAmount', value: { currencyCode, amountMinor } },
      }),
    );
  const toIdr = { ...PAIR, payeeCurrencyCode: 'IDR' };
  await expect(amount('JPY', 0n)).rejects.toThrow(refused('AMOUNT_INVALID'));
  await expect(amount('JPY', -1n)).rejects.toThrow(refused('AMOUNT_INVALID'));
  await expect(amount('HKD', 1n)).rejects.toThrow(refused('AMOUNT_INVALID'));
  await expect(amount('IDR', 1_050n, toIdr)).rejects.toThrow(refused('AMOUNT_INVALID'));
  await expect(amount('IDR', 100n, toIdr)).rejects.toThrow(refused('AMOUNT_TOO_SMALL'));
  await expect(amount('JPY', 10n ** 15n + 1n)).rejects.toThrow(refused('AMOUNT_TOO_LARGE'));
  await expect(amount('JPY', 10n ** 15n)).rejects.toThrow(refused('AMOUNT_TOO_LARGE'));
  await expect(routing.createQuote(quoteRequest({ paymentId: 'not-a-uuid' }))).rejects.toThrow(
    refused('FIELD_INVALID'),
  );
});

test('operators see each source, how fresh it is, and what was refused', async () => {
  const { sources } = await operator.listRateSources({});
  const jpy = sources.find(
    ({ sourceId, quoteCurrencyCode }) => sourceId === 'lp-harbour' && quoteCurrencyCode === 'JPY',
  );
  expect(jpy).toMatchObject({ bid: '20.404', ask: '20.413', fresh: true, refusedCount: 3n });
  expect(jpy?.lastRefusal).toContain('MALFORMED');
  expect(new Set(sources.map(({ sourceId }) => sourceId))).toEqual(
    new Set(['lp-harbour', 'peg', 'ecb']),
  );
  await expect(partner.listRateSources({})).rejects.toThrow(refused('CALLER_NOT_ALLOWED'));
});

test('a captured payment opens a position, and beyond its limit a provider covers it', async () => {
  const treasury = connect(TreasuryServiceService, {
    ...{ runtime, tls: readTls(folderOf('ops')), mode: 'unary', defaultDeadlineMs: 5_000 },
    address: `127.0.0.1:${running.port}`,
  });
  const client = connectNats({ url: nats.url, runtime });
  const aboutId = uuidFrom('payment', 'sakura', 'covered');
  const facts = factsOf({ name: 'covered', payeeMinor: 1_307n, midMinor: 6_406n });
  const subject = 'causeway.routing.payment.succeeded.v1';
  const factId = uuidFrom('fact', aboutId, '2');
  const lane = laneOf(aboutId);
  const stream = startPublisher({
    ...{ db: queue, nats: client, runtime },
    history: async () => facts.map(({ payload }) => ({ lane, factId, subject, payload })),
    stream: { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] },
  });
  await enqueue(queue, [{ lane, aboutId, version: 2 }]);
  stream.notify();
  await vi.waitFor(
    async () => {
      // The market goes on, or there would be nobody with a fresh offer.
      for await (const _ of publisher.publishRates(batches(SOUND_PRICES)));
      const { trades } = await treasury.listCoverTrades({ pageSize: 0, pageToken: '' });
      expect(trades).toMatchObject([
        { state: CoverTradeState.EXECUTED, realised: { amountMinor: 6n } },
      ]);
    },
    { timeout: 15_000, interval: 200 },
  );
  expect(tradesAsked).toMatchObject([{ payeeAmount: { amountMinor: 1_307n } }]);
  expect((await treasury.listExposures({})).exposures).toMatchObject([
    { payeeOpen: { amountMinor: 0n }, realised: { currencyCode: 'HKD', amountMinor: 6n } },
  ]);
  const pair = PAIR;
  const covering = treasury.coverExposure({ pair, requestId: 'now' });
  await expect(covering).rejects.toThrow(refused('NOTHING_TO_COVER'));
  treasury.close();
  await stream.stop();
  await client.close();
});
