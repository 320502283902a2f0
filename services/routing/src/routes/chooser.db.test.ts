import { DeclineReason } from '@causeway/proto/common';
import { EliminationReason, Journey, type Route, RouteDecision } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { pendingPayment } from '../payments/testing.ts';
import { explainRoute } from './past/explain.ts';
import { cheap, dear, later, paid, replicaOn } from './replica.fixture.ts';
import { routeAt } from './testing.ts';

const { db } = await testDatabase(migrations);
const replica = (routes?: readonly Route[]) => replicaOn(db, routes);
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

describe('a choice', () => {
  test('is explained by making it again, whatever has changed since', async () => {
    const one = await replica();
    const { paymentId, choice } = await paid(one);
    expect(choice.routes.map(({ routeId }) => routeId)).toEqual(['th-cheap', 'th-dear']);
    expect(choice.decision?.length).toBeLessThan(150);
    one.tables.routes = [routeAt('th-cheap', 90), dear];
    one.tables.stops = ['th-cheap'];
    await one.directory.refresh();
    const later = await paid(one);
    expect(later.choice.routes.map(({ routeId }) => routeId)).toEqual(['th-dear']);
    // Another process, which has only the tables.
    const other = await replica([]);
    const explained = await explainRoute(other, paymentId);
    expect(explained).toMatchObject({
      policyVersion: 0n,
      chosenRouteId: 'th-cheap',
      laterRouteIds: [],
      decidedBy: 'lowest score',
      rateBoardId: '8f0c6f0e-0000-8000-8000-0000000000bb',
      reproduced: true,
    });
    expect(
      explained.candidates.map(({ routeId, rank, cost }) => [routeId, rank, cost?.partnerBps]),
    ).toEqual([
      ['th-cheap', 1, '20'],
      ['th-dear', 2, '60'],
    ]);
    expect(await explainRoute(other, later.paymentId)).toMatchObject({ reproduced: true });
  });

  test('that comes out otherwise is an incident', async () => {
    const one = await replica();
    const { paymentId } = await paid(one);
    one.tables.stops = ['th-cheap'];
    await one.directory.refresh();
    const other = await paid(one);
    await db.query('UPDATE payments SET route_decision = $1 WHERE payment_id = $2', [
      RouteDecision.encode({
        ...RouteDecision.decode(other.choice.decision ?? new Uint8Array()),
        stoppedRouteIds: [],
      }).finish(),
      paymentId,
    ]);
    expect(await explainRoute(one, paymentId)).toMatchObject({ reproduced: false });
    expect(one.runtime.logged.at(-1)).toMatchObject({ level: 'error' });
  });

  test('tells routes that were taken one after the other', async () => {
    const one = await replica();
    const { paymentId } = await paid(one);
    const routes = ['th-cheap', 'th-dear'].map((routeId) => ({ routeId }));
    await db.query('UPDATE payments SET journey = $1, route_id = $2 WHERE payment_id = $3', [
      Journey.encode({ ...Journey.fromJSON({ routes, attempt: 1 }) }).finish(),
      'th-dear',
      paymentId,
    ]);
    expect(await explainRoute(one, paymentId)).toMatchObject({
      chosenRouteId: 'th-cheap',
      laterRouteIds: ['th-dear'],
      reproduced: true,
    });
  });

  test('of a payment that has none, or of no payment, is refused', async () => {
    const one = await replica();
    const unrouted = pendingPayment();
    await one.store.insert([{ payment: unrouted, fact: undefined }]);
    await expect(explainRoute(one, unrouted.paymentId)).rejects.toThrow(refused('NOT_ROUTED'));
    for (const id of [uuidFrom('routes', 'none'), 'order-1']) {
      await expect(explainRoute(one, id)).rejects.toThrow(refused('PAYMENT_UNKNOWN'));
    }
  });
});

describe('the directory', () => {
  test('has one version for one content, on every replica', async () => {
    const [one, two] = [await replica(), await replica([dear, cheap])];
    const first = await one.versions.of(one.directory.view.routes);
    expect((await two.versions.of(two.directory.view.routes)).version).toBe(first.version);
    one.tables.routes = [cheap];
    await one.directory.refresh();
    const other = await one.versions.of(one.directory.view.routes);
    expect(other.version).not.toBe(first.version);
    one.tables.routes = [cheap, dear];
    await one.directory.refresh();
    expect((await one.versions.of(one.directory.view.routes)).version).toBe(first.version);
  });
});

// Last, since circuits outlive the replica that opened them.
test('a choice that led nowhere says why', async () => {
  const one = await replica();
  for (const routeId of ['th-cheap', 'th-dear']) {
    for (let n = 0; n < 20; n += 1) one.scores.outcome(routeId, false);
  }
  await later(one, 1_000);
  const { paymentId, choice } = await paid(one);
  expect(choice).toMatchObject({ routes: [], decline: DeclineReason.PARTNER_UNAVAILABLE });
  const explained = await explainRoute(one, paymentId);
  expect(explained).toMatchObject({ chosenRouteId: '', reproduced: true });
  expect(explained.candidates.map(({ rank, eliminated }) => [rank, eliminated])).toEqual([
    [0, EliminationReason.FAILING],
    [0, EliminationReason.FAILING],
  ]);
});
