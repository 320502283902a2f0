import { parseRate } from '@causeway/money';
import { CoverTradeState, type ExecuteTradeRequest } from '@causeway/proto/fx';
import { armFailpoints } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { positionsOff } from '../exposures/audit.fixture.ts';
import { factsOf } from '../exposures/facts.fixture.ts';
import { parseCoverLimits } from '../exposures/limits.ts';
import { listExposures } from '../exposures/list-exposures.ts';
import { takeFacts } from '../exposures/take-facts.ts';
import { fixture, SOUND_PRICES } from '../fx.fixture.ts';
import { coverExposure } from './cover-exposure.ts';
import { CoverDesk } from './desk.ts';
import { listCoverTrades } from './list-trades.ts';
import { costAt } from './offers.ts';
import type { AskToTrade, Treasury } from './treasury.ts';

const { db } = await testDatabase(migrations);
const PAIR = { from: 'HKD', to: 'JPY' };
const ASKED_PAIR = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' };

/** A provider in memory that trades at one rate, idempotent by trade id as the contract wants. */
class Provider {
  asked: ExecuteTradeRequest[] = [];
  readonly executed = new Map<string, bigint>();
  /** How often it does not answer before it does, having traded the first time. */
  silentTimes = 0;
  refuses = false;

  constructor(readonly rate: string) {}

  readonly trade: AskToTrade = async (request) => {
    this.asked.push(request);
    const { tradeId, payeeAmount } = request;
    if (this.refuses) {
      return { executed: false, payerAmount: undefined, rate: '', refusal: 'not now' };
    }
    const amountMinor = costAt(parseRate(this.rate), PAIR, payeeAmount?.amountMinor ?? 0n);
    this.executed.set(tradeId, this.executed.get(tradeId) ?? amountMinor);
    if (this.silentTimes-- > 0) throw new Error('no answer');
    const payerAmount = { currencyCode: 'HKD', amountMinor };
    return { executed: true, payerAmount, rate: this.rate, refusal: '' };
  };
}

let first: Provider;
let second: Provider;
let treasury: Treasury;
let desk: CoverDesk;
let world: ReturnType<typeof fixture>;
let count = 0;

/** The prices of the first provider are better for who buys yen, and for who sells them. */
function publish() {
  world.publish('first', ...SOUND_PRICES, 'HKD/JPY 20.405 20.412');
  world.publish('second', ...SOUND_PRICES, 'HKD/JPY 20.404 20.413');
}

beforeEach(async () => {
  await db.query('TRUNCATE exposures, exposure_facts, cover_trades');
  world = fixture();
  first = new Provider('20.405');
  second = new Provider('20.404');
  treasury = {
    ...{ db, runtime: world.runtime, book: world.book },
    limits: parseCoverLimits('HKD-JPY:500'),
    providers: new Map([
      ['first', first.trade],
      ['second', second.trade],
    ]),
    offerDistanceBps: { dollar: 20, major: 60, emerging: 120 },
    ...{ slippageBps: 20, refusalPauseMs: 10_000 },
  };
  desk = new CoverDesk(treasury);
  publish();
});

afterEach(async () => {
  armFailpoints(undefined);
  expect(await positionsOff(db)).toEqual([]);
});

/** Captures HKD 64 worth of yen so many times; below zero, gives it back instead. */
async function capture(times: number, midMinor = 6_406n) {
  for (let n = 0; n < Math.abs(times); n += 1) {
    count += 1;
    const story = { name: `n${count}`, payeeMinor: 1_307n, midMinor };
    const [captured] = factsOf(story);
    const facts = factsOf({ ...story, cancelled: true });
    await takeFacts(db, times > 0 && captured ? [captured] : facts.slice(1));
  }
}

const look = async (on = desk) => {
  await on.look();
  await on.idle();
};
const position = async () => (await listExposures(treasury))[0];
const trades = async () => (await listCoverTrades(treasury, { pageSize: 0, pageToken: '' })).trades;

test('nothing is covered up to the limit, and all that is open beyond it, once', async () => {
  await capture(7);
  await look();
  expect(await trades()).toEqual([]);
  expect(await position()).toMatchObject({
    payeeOpen: { currencyCode: 'JPY', amountMinor: 9_149n },
    payerOpen: { currencyCode: 'HKD', amountMinor: 44_842n },
    limit: { amountMinor: 50_000n },
    unrealised: { amountMinor: 44_842n - 44_838n },
  });
  await capture(1);
  await Promise.all([look(), look(new CoverDesk(treasury))]);
  expect(first.asked).toHaveLength(1);
  expect(first.asked[0]).toMatchObject({
    pair: ASKED_PAIR,
    payeeAmount: { currencyCode: 'JPY', amountMinor: 10_456n },
    limitRate: '20.364271457',
  });
  const cost = 51_243n;
  expect(await trades()).toMatchObject([
    {
      state: CoverTradeState.EXECUTED,
      providerId: 'first',
      payeeAmount: { amountMinor: 10_456n },
      bookedAmount: { amountMinor: 51_248n },
      payerAmount: { amountMinor: cost },
      realised: { amountMinor: 51_248n - cost },
      rate: '20.405',
    },
  ]);
  expect(await position()).toMatchObject({
    payeeOpen: { amountMinor: 0n },
    payerOpen: { amountMinor: 0n },
    realised: { amountMinor: 51_248n - cost },
  });
  await look();
  expect(await trades()).toHaveLength(1);
});

test('what comes while a trade is under way stays open, and is not covered beside it', async () => {
  await capture(8);
  first.silentTimes = 1;
  await look();
  await capture(9);
  await look();
  expect(await trades()).toMatchObject([{ state: CoverTradeState.PENDING }]);
  await world.runtime.advance(2_000);
  await look();
  expect((await trades())[0]).toMatchObject({ state: CoverTradeState.EXECUTED });
  expect((await position())?.payeeOpen?.amountMinor).toBe(9n * 1_307n);
  publish();
  await look();
  expect(await trades()).toHaveLength(2);
  expect((await position())?.payeeOpen?.amountMinor).toBe(0n);
});

test('a provider that does not answer is asked under the same id until it does', async () => {
  await capture(8);
  first.silentTimes = 4;
  for (let n = 0; n < 6; n += 1) {
    await look();
    await world.runtime.advance(31_000);
    publish();
  }
  expect(first.asked).toHaveLength(5);
  expect(first.executed.size).toBe(1);
  expect(second.asked).toEqual([]);
  expect(await trades()).toMatchObject([{ state: CoverTradeState.EXECUTED }]);
});

test('a death after the answer, before it is recorded, asks again and books once', async () => {
  await capture(8);
  armFailpoints('fx.cover.answered=error@1');
  await look();
  expect(await trades()).toMatchObject([{ state: CoverTradeState.PENDING }]);
  await world.runtime.advance(15_000);
  await look();
  expect(first.asked.map(({ tradeId }) => tradeId)).toHaveLength(2);
  expect(new Set(first.asked.map(({ tradeId }) => tradeId)).size).toBe(1);
  expect(await trades()).toMatchObject([{ state: CoverTradeState.EXECUTED }]);
});

test('where the best refuses the next best is asked, and after a while the best again', async () => {
  await capture(8);
  first.refuses = true;
  await look();
  await world.runtime.advance(1);
  await look();
  expect(await trades()).toMatchObject([
    { state: CoverTradeState.EXECUTED, providerId: 'second' },
    { state: CoverTradeState.REFUSED, providerId: 'first', refusal: 'not now' },
  ]);
  await capture(8);
  second.refuses = true;
  await look();
  await look();
  expect(first.asked).toHaveLength(1);
  const told = world.runtime.logged.filter(({ level }) => level === 'error');
  expect(told).toMatchObject([{ fields: { pairs: ['HKD-JPY'] } }]);
  first.refuses = false;
  await world.runtime.advance(10_000);
  await look();
  expect((await trades())[0]).toMatchObject({
    state: CoverTradeState.EXECUTED,
    providerId: 'first',
  });
});

test('what was given back is sold, to whoever takes the least for it', async () => {
  await capture(-8);
  first = new Provider('20.412');
  treasury = { ...treasury, providers: new Map([['first', first.trade]]) };
  await look(new CoverDesk(treasury));
  expect(first.asked[0]).toMatchObject({
    payeeAmount: { amountMinor: -10_456n },
    limitRate: '20.452824',
  });
  expect(await trades()).toMatchObject([
    {
      state: CoverTradeState.EXECUTED,
      bookedAmount: { amountMinor: -51_248n },
      payerAmount: { amountMinor: -51_224n },
      realised: { amountMinor: -24n },
    },
  ]);
});

test('an answer that cannot be booked is none; one beyond the limit is booked and told', async () => {
  await capture(8);
  const answers = [
    { executed: true, payerAmount: undefined, rate: '20', refusal: '' },
    {
      executed: true,
      payerAmount: { currencyCode: 'JPY', amountMinor: 1n },
      rate: '20',
      refusal: '',
    },
    {
      executed: true,
      payerAmount: { currencyCode: 'HKD', amountMinor: -5n },
      rate: '20',
      refusal: '',
    },
    {
      executed: true,
      payerAmount: { currencyCode: 'HKD', amountMinor: 5n },
      rate: '-1',
      refusal: '',
    },
    {
      executed: true,
      payerAmount: { currencyCode: 'HKD', amountMinor: 60_000n },
      rate: '17',
      refusal: '',
    },
  ];
  const odd: AskToTrade = async () => answers.shift() ?? Promise.reject(new Error('over'));
  const around = new CoverDesk({ ...treasury, providers: new Map([['first', odd]]) });
  for (let n = 0; n < 5; n += 1) {
    await look(around);
    await world.runtime.advance(31_000);
  }
  expect(await trades()).toMatchObject([
    { state: CoverTradeState.EXECUTED, realised: { amountMinor: 51_248n - 60_000n } },
  ]);
  const told = world.runtime.logged.filter(({ level }) => level === 'error');
  expect(told.map(({ message }) => message)).toEqual([
    ...Array.from({ length: 4 }, () => 'a provider answered what cannot be booked'),
    'a trade cost more than its limit',
  ]);
});

test('an operator covers what is below the limit, once per request', async () => {
  await capture(2);
  const request = { pair: ASKED_PAIR, requestId: 'by hand' };
  first.refuses = true;
  const trade = await coverExposure(treasury, desk, request);
  expect(trade).toMatchObject({ state: CoverTradeState.EXECUTED, providerId: 'second' });
  expect(await coverExposure(treasury, desk, request)).toEqual(trade);
  await capture(1);
  expect(await coverExposure(treasury, desk, request)).toEqual(trade);
  const refused = (change: object, reason: string) =>
    expect(coverExposure(treasury, desk, { ...request, ...change })).rejects.toMatchObject({
      reason,
    });
  await refused({ requestId: '' }, 'FIELD_INVALID');
  await refused({ pair: { ...ASKED_PAIR, payeeCurrencyCode: 'ZZZ' } }, 'CURRENCY_UNSUPPORTED');
  await refused({ pair: { ...ASKED_PAIR, payeeCurrencyCode: 'THB' } }, 'NOTHING_TO_COVER');
  await world.runtime.advance(20_000);
  await refused({ requestId: 'no offers' }, 'DEPENDENCY_UNAVAILABLE');
  expect((await position())?.unrealised).toBe(undefined);
});

test('pages hold each trade once', async () => {
  for (let n = 0; n < 5; n += 1) {
    await capture(8);
    await look();
    await world.runtime.advance(1_000);
  }
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await listCoverTrades(treasury, { pageSize: 2, pageToken });
    seen.push(...page.trades.map(({ tradeId }) => tradeId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(seen).toEqual((await trades()).map(({ tradeId }) => tradeId));
  expect(new Set(seen).size).toBe(5);
  await expect(listCoverTrades(treasury, { pageSize: 0, pageToken: 'x' })).rejects.toMatchObject({
    reason: 'PAGE_TOKEN_INVALID',
  });
});
