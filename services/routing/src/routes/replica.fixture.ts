import type { Database } from '@causeway/db';
import { type Route, StopSubjectKind } from '@causeway/proto/routing';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import { Directory } from '../directory/directory.ts';
import { PaymentStore } from '../payments/store.ts';
import { pendingPayment, UNPUBLISHED } from '../payments/testing.ts';
import type { RouteChoice } from './chooser.ts';
import type { RouteQuestion } from './decide/question.ts';
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
    ...{ ...started, db, store, directory, runtime, tables, log: runtime.log },
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

/** Chooses for a new payment and records it as the intent's commit does. */
export async function paid(
  replica: Replica,
  changes: Partial<RouteQuestion> = {},
): Promise<{ paymentId: string; choice: RouteChoice }> {
  payments += 1;
  const paymentId = uuidFrom('routes', String(payments));
  const question = questionWith({ paymentId, ...changes });
  const choice = await replica.chooser.choose(question);
  await record(replica, question, choice);
  return { paymentId, choice };
}

async function record(
  { db, store, runtime }: Replica,
  question: RouteQuestion,
  choice: RouteChoice,
): Promise<void> {
  const { paymentId, payeeAmount, countryCode, categoryCode, method, issuerId } = question;
  const { terms, ...pending } = pendingPayment();
  const merchant = {
    ...{ merchantId: '', storeId: '', terminalId: '', displayName: '', city: '' },
    ...{ countryCode, categoryCode },
  };
  const payment = {
    ...pending,
    ...{ paymentId, lane: laneOf(paymentId), payeeAmount, method, issuerId },
    createdAt: runtime.clock.now(),
    terms: terms && { ...terms, merchant },
    routeId: choice.ways[0]?.route.routeId,
  };
  await store.insert([{ payment, fact: undefined }]);
  await db.query('UPDATE payments SET route_decision = $1 WHERE payment_id = $2', [
    choice.record,
    paymentId,
  ]);
}
