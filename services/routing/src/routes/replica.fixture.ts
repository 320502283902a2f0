import type { Database } from '@causeway/db';
import { type Route, type RouteTarget, StopSubjectKind } from '@causeway/proto/routing';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import { Directory } from '../directory/directory.ts';
import type { RouteChoice } from '../payments/planning/choose.ts';
import { reach } from '../payments/planning/reach.ts';
import { PaymentStore } from '../payments/store.ts';
import { pendingPayment, UNPUBLISHED } from '../payments/testing.ts';
import { type Routes, startRoutes } from './routes.ts';
import { questionWith, routeAt } from './testing.ts';

export const cheap = routeAt('th-cheap', 20);
export const dear = routeAt('th-dear', 60, { partnerId: 'lanna' });

export type Replica = Awaited<ReturnType<typeof replicaOn>>;

let seeds = 0;
let payments = 0;

/** One replica over shared tables; its directory holds what the test says. */
export async function replicaOn(db: Database, routes: readonly Route[] = [cheap, dear]) {
  seeds += 1;
  const runtime = manualRuntime({ seed: seeds });
  const tables = { routes: [...routes], stops: [] as string[] };
  const stopOf = (subjectId: string) => ({
    ...{ subjectKind: StopSubjectKind.ROUTE, subjectId, reason: 'test', operatorId: 'ops' },
    createTime: undefined,
  });
  const directory = new Directory(
    {
      issuers: async () => [],
      routes: async () => tables.routes,
      stops: async () => tables.stops.map(stopOf),
    },
    runtime,
  );
  await directory.refresh();
  const started: Routes = await startRoutes(db, directory, runtime, `routing-${seeds}`);
  const store = new PaymentStore(db, UNPUBLISHED);
  const read = async (paymentId: string) =>
    (await store.read([{ lane: laneOf(paymentId), paymentId }]))[0];
  return {
    ...{ ...started, store, directory, runtime, tables, log: runtime.log },
    isPayment: async (paymentId: string) => (await read(paymentId)) !== undefined,
  };
}

/** Lets time pass, and what is due then be stored. A second later nothing is left to store. */
export async function later({ runtime, scores }: Replica, ms: number): Promise<void> {
  for (const step of [ms, 1_000]) {
    await runtime.advance(step);
    await scores.look();
  }
}

/** A payment by a scanned PromptPay code in Thailand. */
const TARGET: RouteTarget = {
  partnerId: '',
  merchant: {
    reference: {
      ...{ merchantId: '', storeId: '', terminalId: '', displayName: 'Stall', city: 'Bangkok' },
      ...{ countryCode: 'TH', categoryCode: '5814' },
    },
    currencyCodes: ['THB'],
    active: true,
  },
  schemeId: 'TH.PROMPTPAY',
  schemeAccount: {},
};

/** Chooses for a new payment of THB 250.00 and records it as the intent's commit does. */
export async function paid(
  { choose, store, directory, runtime }: Replica,
  targets: readonly RouteTarget[] = [TARGET],
): Promise<{ paymentId: string; choice: RouteChoice }> {
  payments += 1;
  const paymentId = uuidFrom('routes', String(payments));
  const { terms, ...pending } = pendingPayment();
  const { issuerId, method, payeeAmount } = questionWith();
  const { candidates, stopped } = reach(directory.view, undefined, targets, payeeAmount);
  const choice = await choose({
    ...{ paymentId, issuerId, method, payeeAmount, candidates, stopped },
    conversion: terms?.conversion,
  });
  const payment = {
    ...{ ...pending, terms, paymentId, lane: laneOf(paymentId), payeeAmount, method, issuerId },
    createdAt: runtime.clock.now(),
    routeId: choice.routes[0]?.routeId,
    routeDecision: choice.decision,
  };
  await store.insert([{ payment, fact: undefined }]);
  return { paymentId, choice };
}
