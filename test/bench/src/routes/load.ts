import { PaymentMethod } from '@causeway/proto/common';
import { Route, type RouteScore, type RouteTarget } from '@causeway/proto/routing';
import { viewFrom } from '@causeway/routing/src/directory/directory.ts';
import { reach } from '@causeway/routing/src/payments/planning/reach.ts';
import { chooserBy } from '@causeway/routing/src/routes/chooser.ts';
import { RouteIndex } from '@causeway/routing/src/routes/decide/route-index.ts';
import { BUILT_IN_POLICY } from '@causeway/routing/src/routes/policies/built-in.ts';
import { unknownScore } from '@causeway/routing/src/routes/scores/scores.ts';
import { systemRuntime, uuidFrom } from '@causeway/runtime';

/** One measurement of choices alone. */
export interface RoutesLoad {
  /** Routes that could carry each payment, each of another partner. */
  candidateCount: number;
  /** Routes of partners that could carry none of them. */
  otherCount: number;
  seconds: number;
}

/** What one process chose. */
export interface RoutesChosen {
  perSecond: number;
}

const SCHEME = 'SG.PAYNOW';
const PAYEE_AMOUNT = { currencyCode: 'SGD', amountMinor: 2_480n };
/** Choices between two looks at the clock. */
const BURST = 256;

const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const paymentIds = Array.from({ length: 4_096 }, (_, n) => uuidFrom('bench', 'route', String(n)));

const TARGET: RouteTarget = {
  partnerId: '',
  merchant: {
    reference: {
      ...{ merchantId: '', storeId: '', terminalId: '', displayName: 'Stall', city: 'Singapore' },
      ...{ countryCode: 'SG', categoryCode: '5814' },
    },
    currencyCodes: ['SGD'],
    active: true,
  },
  schemeId: SCHEME,
  schemeAccount: {},
};

/**
 * Finds and chooses routes as routing does for each payment, the record of the choice included;
 * one process, nothing written.
 */
export async function loadRoutes(load: RoutesLoad): Promise<RoutesChosen> {
  const { view, choose } = worldOf(load);
  const { clock, timers } = runtime;
  const startMs = clock.monotonicMs();
  const endMs = startMs + load.seconds * 1_000;
  let chosen = 0;
  while (clock.monotonicMs() < endMs) {
    for (let n = 0; n < BURST; n += 1) {
      const { candidates, stopped } = reach(view, undefined, [TARGET], PAYEE_AMOUNT);
      const choice = await choose({
        paymentId: paymentIds[(chosen + n) % paymentIds.length] ?? '',
        ...{ issuerId: 'harbour-wallet', method: PaymentMethod.MERCHANT_QR },
        ...{ payeeAmount: PAYEE_AMOUNT, conversion: CONVERSION, candidates, stopped },
      });
      if (choice.routes.length === 0) throw new Error('a payment found no route');
    }
    chosen += BURST;
    await timers.immediate();
  }
  return { perSecond: (chosen * 1_000) / (clock.monotonicMs() - startMs) };
}

const CONVERSION = {
  ...{ quoteId: '', rateBoardId: uuidFrom('bench', 'board'), referenceSource: '', markupBps: 80 },
  ...{ rate: '0.164912', midRate: '0.166231', referenceRate: '0.1662' },
  ...{ midPart: undefined, markupPart: undefined, residualPart: undefined },
};

function worldOf({ candidateCount, otherCount }: RoutesLoad) {
  const fitting = Array.from({ length: candidateCount }, (_, n) => routeOf(`fit-${n}`, SCHEME, n));
  const others = Array.from({ length: otherCount }, (_, n) => routeOf(`other-${n}`, 'TH.X', n));
  const routes = [...fitting, ...others];
  const view = viewFrom([], routes, []);
  const byRoute = new Map(fitting.map(({ routeId }, n) => [routeId, scoreOf(routeId, n)]));
  const version = { version: 1n, routes: new RouteIndex(routes) };
  const choose = chooserBy({
    directory: { view },
    versions: { of: async () => version },
    policies: { inForce: BUILT_IN_POLICY },
    scores: { current: { snapshotId: uuidFrom('bench', 'scores'), byRoute } },
  });
  return { view, choose };
}

/** Fees and failures differ, so that every part of a score is computed. */
function routeOf(routeId: string, schemeId: string, n: number): Route {
  return Route.fromJSON({
    ...{ route_id: routeId, partner_id: `of-${routeId}`, country_code: 'SG' },
    ...{ currency_codes: ['SGD'], scheme_ids: [schemeId] },
    fees: { partner_bps: 20 + n, partner_fixed_minor: '5', scheme_bps: 10 },
  });
}

function scoreOf(routeId: string, n: number): RouteScore {
  const outcomeCount = 1_000n;
  return { ...unknownScore(routeId), outcomeCount, successCount: outcomeCount - BigInt(n % 10) };
}
