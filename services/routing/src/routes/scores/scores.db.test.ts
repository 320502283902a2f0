import { CircuitState, type Route } from '@causeway/proto/routing';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { DirectoryStore } from '../../directory/store.ts';
import { explainRoute } from '../past/explain.ts';
import { putLiquidity } from '../put-liquidity.ts';
import { cheap, later, paid, replicaOn } from '../replica.fixture.ts';

const { db } = await testDatabase(migrations);
const replica = (routes?: readonly Route[]) => replicaOn(db, routes);
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

describe('scores', () => {
  test('count for choices once they are stored, at most once a second', async () => {
    const one = await replica();
    const routeOf = async () => (await paid(one)).choice.routes[0]?.routeId;
    const before = one.scores.current.snapshotId;
    for (let n = 0; n < 20; n += 1) one.scores.outcome('th-cheap', false);
    expect(await routeOf()).toBe('th-cheap');
    await later(one, 1_000);
    expect(one.scores.current.snapshotId).not.toBe(before);
    expect(one.scores.current.byRoute.get('th-cheap')).toMatchObject({
      outcomeCount: 20n,
      successCount: 0n,
      circuitState: CircuitState.OPEN,
    });
    expect(await routeOf()).toBe('th-dear');
    const { paymentId } = await paid(one);
    const explained = await explainRoute(await replica(), paymentId);
    expect(explained).toMatchObject({ chosenRouteId: 'th-dear', reproduced: true });

    one.scores.outcome('th-dear', true);
    await one.scores.look();
    const stored = one.scores.current.snapshotId;
    one.scores.outcome('th-dear', true);
    await one.scores.look();
    expect(one.scores.current.snapshotId).toBe(stored);
    await later(one, 1_000);
    expect(one.scores.current.snapshotId).not.toBe(stored);
  });

  test('outlive the process: a circuit that was open is open again', async () => {
    const one = await replica();
    expect(one.scores.current.byRoute.get('th-cheap')?.circuitState).toBe(CircuitState.OPEN);
    await later(one, 31_000);
    const state = () => one.scores.current.byRoute.get('th-cheap')?.circuitState;
    expect(state()).toBe(CircuitState.PROBING);
    for (let n = 0; n < 3; n += 1) one.scores.outcome('th-cheap', true);
    await later(one, 1_000);
    expect(state()).toBe(CircuitState.CLOSED);
  });

  test('tell the liquidity that is left, which captures use up on every replica', async () => {
    await new DirectoryStore(db).putRoute(cheap);
    const [one, two] = [await replica(), await replica()];
    const thb = (amountMinor: bigint) => ({ currencyCode: 'THB', amountMinor });
    const left = () => one.scores.current.byRoute.get('th-cheap')?.liquidityLeft?.amountMinor;
    const put = (liquidity: ReturnType<typeof thb> | undefined, routeId = 'th-cheap') =>
      putLiquidity(one, { routeId, liquidity }, 'ops');
    await put(thb(60_000n));
    await later(one, 1_000);
    expect(left()).toBe(60_000n);
    one.scores.carried('th-cheap', thb(25_000n));
    two.scores.carried('th-cheap', thb(25_000n));
    two.scores.carried('th-dear', thb(1n));
    await later(two, 2_000);
    await later(one, 2_000);
    expect(left()).toBe(10_000n);
    expect((await paid(one)).choice.routes[0]?.routeId).toBe('th-dear');
    await put(undefined);
    await later(one, 1_000);
    expect(left()).toBeUndefined();

    await expect(put(thb(1n), 'th-none')).rejects.toThrow(refused('ROUTE_UNKNOWN'));
    await expect(put({ currencyCode: 'USD', amountMinor: 1n })).rejects.toThrow(
      refused('CURRENCY_MISMATCH'),
    );
    await expect(put(thb(-1n))).rejects.toThrow(refused('FIELD_INVALID'));
  });
});
