import { DeclineReason } from '@causeway/proto/common';
import type { Route } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { pendingPayment } from '../payments/testing.ts';
import { explainRoute } from './past/explain.ts';
import { cheap, dear, paid, replicaOn } from './replica.fixture.ts';
import { questionWith, routeAt } from './testing.ts';

const { db } = await testDatabase(migrations);
const replica = (routes?: readonly Route[]) => replicaOn(db, routes);
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

describe('a choice', () => {
  test('is explained by making it again, whatever has changed since', async () => {
    const one = await replica();
    const { paymentId, choice } = await paid(one);
    expect(choice.ways.map(({ route }) => route.routeId)).toEqual(['th-cheap', 'th-dear']);
    expect(choice.record.length).toBeLessThan(150);
    one.tables.routes = [routeAt('th-cheap', 90), dear];
    one.tables.stops = ['th-cheap'];
    await one.directory.refresh();
    const later = await paid(one);
    expect(later.choice.ways.map(({ route }) => route.routeId)).toEqual(['th-dear']);
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
    const wrong = await one.chooser.choose(questionWith({ countryCode: 'LA' }));
    await db.query('UPDATE payments SET route_decision = $1 WHERE payment_id = $2', [
      wrong.record,
      paymentId,
    ]);
    expect(await explainRoute(one, paymentId)).toMatchObject({ reproduced: false });
    expect(one.runtime.logged.at(-1)).toMatchObject({ level: 'error' });
  });

  test('that led nowhere says why', async () => {
    const one = await replica();
    expect((await paid(one, { countryCode: 'LA' })).choice.decline).toBe(DeclineReason.NO_ROUTE);
    one.tables.stops = ['th-cheap', 'th-dear'];
    await one.directory.refresh();
    const { paymentId, choice } = await paid(one);
    expect(choice.decline).toBe(DeclineReason.STOPPED);
    const explained = await explainRoute(one, paymentId);
    expect(explained).toMatchObject({ chosenRouteId: '', reproduced: true });
    expect(explained.candidates.map(({ rank }) => rank)).toEqual([0, 0]);
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
