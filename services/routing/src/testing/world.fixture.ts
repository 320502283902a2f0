import type { Database } from '@causeway/db';
import { parseRate, payeeAmountFor } from '@causeway/money';
import { DeclineReason, type Money, PaymentMethod } from '@causeway/proto/common';
import type { CreateQuoteRequest, SettlementPrice } from '@causeway/proto/fx';
import type { Issuer, MerchantProfile, Route } from '@causeway/proto/routing';
import { type Runtime, Secret } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import type { Attempts } from '../attempts/attempts.ts';
import { ClearingDays } from '../clearing/days.ts';
import { ClearingStore } from '../clearing/store.ts';
import type { ConnectorClient } from '../connectors/connectors.ts';
import { Incidents } from '../connectors/incidents.ts';
import { PartnerEffects } from '../connectors/partner-effects.ts';
import type { Cover } from '../cover/cover.ts';
import { Directory } from '../directory/directory.ts';
import { PaymentBook, type PaymentRows } from '../payments/book.ts';
import { Effects } from '../payments/effects.ts';
import { OpenOrders } from '../payments/open-orders.ts';
import type { ChooseRoutes } from '../payments/planning/choose.ts';
import { PaymentStore } from '../payments/store.ts';
import { UNPUBLISHED } from '../payments/testing.ts';
import { Worker } from '../payments/worker.ts';
import { RefundStore } from '../refunds/store.ts';
import { ReversalStore } from '../reversals/store.ts';
import { FakeIssuer } from './issuer.fixture.ts';

export const WALLET_ID = '8f0c6f0e-0000-8000-8000-0000000000cc';
export const OTHER_WALLET_ID = '8f0c6f0e-0000-8000-8000-0000000000dd';

const CLEARING = { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 };

export const HARBOUR: Issuer = {
  ...{ issuerId: 'harbour-wallet', displayName: 'Harbour', currencyCode: 'HKD' },
  ...{ countryCode: 'HK', codePrefixes: ['852101'], address: '127.0.0.1:1', clearing: CLEARING },
};

/** A route of `sakura` to merchants in Japan without a connector, changed as given. */
export function routeTo(routeId: string, changes: Partial<Route> = {}): Route {
  return {
    ...{ routeId, partnerId: 'sakura', countryCode: 'JP', currencyCodes: ['JPY', 'HKD'] },
    ...{ clearing: CLEARING, schemeIds: [], connectorAddress: '', fees: undefined },
    ...{ refusalRules: [], maxInFlight: 0, ...changes },
  };
}

export const SHOP: MerchantProfile = {
  reference: {
    ...{ merchantId: '8f0c6f0e-0000-8000-8000-0000000000ee', storeId: '', terminalId: '' },
    ...{ displayName: 'Shop', countryCode: 'JP', city: 'Tokyo', categoryCode: '5812' },
  },
  currencyCodes: ['JPY', 'HKD'],
  active: true,
};

export const JPY_1280 = { currencyCode: 'JPY', amountMinor: 1_280n };

/** An order for the shop, as acquiring asks for one. */
export function orderRequest(paymentRequestId: string, ttlSeconds = 600) {
  return {
    ...{ partnerId: 'sakura', paymentRequestId, payeeAmount: JPY_1280, ttlSeconds },
    ...{ merchantId: 'shop', storeId: '', terminalId: '', orderDescription: 'two onigiri' },
    ...{ merchant: SHOP, method: PaymentMethod.CASHIER },
  };
}

export interface WorldOptions {
  routes?: readonly Route[];
  runtime?: Runtime;
  /** The connector behind an address; none answers where it is left out. */
  clientAt?: (address: string, partnerId: string | undefined) => ConnectorClient;
  doubtMs?: number;
  inquiryMs?: number;
  /** Who is limited; nobody where it is left out. */
  cover?: Pick<Cover, 'isCovered' | 'refill'>;
  /** Who hears of failed attempts; nobody where it is left out. */
  attempts?: Pick<Attempts, 'failed'>;
  /** How many orders of a partner may wait at once. */
  maxOpenOrders?: number;
}

/** Nobody needs cover. */
const UNLIMITED: Pick<Cover, 'isCovered' | 'refill'> = {
  isCovered: () => false,
  refill: async () => 'exhausted',
};

/** Forgets what is reversed. */
const UNWATCHED = { begin: async () => {}, note: async () => {}, lookSoon: async () => {} };

/** Nobody has terms, and nothing is sealed. */
const UNSEALED = { participants: async () => [], add: async () => {} };

/** All of routing over a real database, between an issuer in memory and the test's connectors. */
export async function openWorld(db: Database, options: WorldOptions = {}) {
  const store = new PaymentStore(db, UNPUBLISHED);
  const reversals = new ReversalStore(db);
  const clearing = new ClearingStore(db);
  const world = await worldOver(store, options, reversals, clearing);
  const { maxOpenOrders = 1_000 } = options;
  const openOrders = new OpenOrders(() => store.waitingOrders(), maxOpenOrders, world.runtime);
  return { ...world, db, store, reversals, clearing, refunds: new RefundStore(db), openOrders };
}

/** Likewise without refunds, over payments that may be kept in memory. */
export async function worldOver(
  store: PaymentRows,
  options: WorldOptions = {},
  reversals: Pick<ReversalStore, 'begin' | 'note' | 'lookSoon'> = UNWATCHED,
  clearing: Pick<ClearingStore, 'participants' | 'add'> = UNSEALED,
) {
  const { routes = [routeTo('sakura-jp')], runtime = quietRuntime('routing') } = options;
  const { doubtMs = 60_000, inquiryMs = 3_000 } = options;
  const directory = new Directory(
    { issuers: async () => [HARBOUR], routes: async () => [...routes], stops: async () => [] },
    runtime,
  );
  await directory.refresh();
  const days = new ClearingDays(clearing, directory, runtime);
  await days.refresh();
  const issuer = new FakeIssuer({ walletId: WALLET_ID, balanceMinor: 1_000_000n });
  const issuers = { clientOf: () => issuer.client };
  const connectors = {
    clientAt: options.clientAt ?? (() => Promise.reject(new Error('no connector')) as never),
  };
  const incidents = new Incidents(runtime);
  const attempts = options.attempts ?? { failed: () => {} };
  const partners = new PartnerEffects(
    ...([directory, connectors, reversals, incidents, attempts, runtime] as const),
  );
  const key = { id: 'k1', key: new Secret<Uint8Array>(Buffer.alloc(32, 7)) };
  const quoteKeys = [key] as const;
  const effectsOptions = {
    ...{ issuers, partners, incidents, attempts, quoteKeys, holdTtlSeconds: 60, runtime },
  };
  const effects = new Effects(effectsOptions);
  const { cover = UNLIMITED } = options;
  const book = new PaymentBook({ store, clearing: days, cover, runtime, doubtMs });
  const observed: [string, boolean][] = [];
  const observeRoute = (routeId: string, wentWell: boolean) =>
    void observed.push([routeId, wentWell]);
  const workerOptions = { book, effects, reversals, incidents, runtime, inquiryMs, observeRoute };
  const worker = new Worker(workerOptions);
  return {
    ...{
      runtime,
      directory,
      days,
      issuer,
      issuers,
      effects,
      effectsOptions,
      book,
      workerOptions,
      worker,
      observed,
    },
    ...{
      partners,
      incidents,
      fx: fixedRate(),
      chooseRoutes: chooseById,
      cover,
      settlementCurrencyOf: days.settlementCurrencyOf,
      quoteKeys,
    },
    ...{ paymentTtlMs: 60_000, confirmTtlMs: 180_000 },
  };
}

/** The candidates in the order of their ids. */
const chooseById: ChooseRoutes = async ({ candidates }) => ({
  routes: candidates
    .map(({ route }) => route)
    .sort((a, b) => (a.routeId < b.routeId ? -1 : 1))
    .slice(0, 3),
  decline: DeclineReason.UNSPECIFIED,
  decision: undefined,
});

type Settling = Partial<Pick<CreateQuoteRequest, 'settlementCurrencyCodes'>>;

/** HKD 64.21 for JPY 1,280 and in proportion, always; settled in what has a rate here. */
function fixedRate() {
  const settlementRates = new Map([
    ['USD', '0.00625'],
    ['EUR', '0.0055'],
  ]);
  const settlementPrice = (payer: Money, payeeCurrency: string): SettlementPrice[] => {
    const text = settlementRates.get(payeeCurrency);
    if (text === undefined) return [];
    const worth = { payer, payeeCurrency, rate: parseRate(text), rounding: 'down' as const };
    const amount = { currencyCode: payeeCurrency, amountMinor: payeeAmountFor(worth) };
    return [{ amount, rate: text }];
  };
  return {
    settlementRates,
    async createQuote(asked: Pick<CreateQuoteRequest, 'fixedSide' | 'paymentId'> & Settling) {
      const { fixedSide, paymentId, settlementCurrencyCodes = [] } = asked;
      const payee = fixedSide?.value ?? { currencyCode: '', amountMinor: 0n };
      const payerMinor = (payee.amountMinor * 6_421n + 1_279n) / 1_280n;
      const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
      return {
        quote: {
          ...{ quoteId: paymentId, rateBoardId: '', pair: undefined, payeeAmount: payee },
          ...{ rate: '19.9', midRate: '20.1', referenceRate: '20.1', referenceSource: 'ECB' },
          ...{ markupBps: 81, payerAmount: hkd(payerMinor), midPart: hkd(payerMinor - 1n) },
          ...{ markupPart: hkd(1n), residualPart: hkd(0n), guaranteed: true, token: '' },
          expireTime: new Date('2999-01-01T00:00:00Z'),
        },
        settlementPrices: settlementCurrencyCodes.flatMap((code) => settlementPrice(payee, code)),
      };
    },
  };
}
