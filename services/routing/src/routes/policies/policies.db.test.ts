import type { Policy, Route } from '@causeway/proto/routing';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { explainRoute } from '../past/explain.ts';
import { cheap, later, paid, replicaOn } from '../replica.fixture.ts';
import { policyWith, ruleWith, split } from '../testing.ts';
import { listPolicies } from './list.ts';
import { activatePolicy, createPolicy } from './write.ts';

const { db } = await testDatabase(migrations);
const replica = (routes?: readonly Route[]) => replicaOn(db, routes);
const refused = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

describe('policies', () => {
  const narrow = policyWith([
    ruleWith('dear', { $case: 'only', value: { routeIds: ['th-dear'] } }),
  ]);

  test('are numbered, kept, put in force and taken back, on every replica', async () => {
    const [one, two] = [await replica(), await replica()];
    const stored = await createPolicy(one, narrow, 'ops');
    const next = await createPolicy(two, policyWith([]), 'ops-2');
    expect(next.version).toBe(stored.version + 1n);
    expect(await one.policyStore.find(stored.version)).toEqual(stored);
    expect((await paid(one)).choice.routes).toHaveLength(2);

    expect(await activatePolicy(one, stored.version, 'ops')).toMatchObject({ active: true });
    expect((await paid(one)).choice.routes).toHaveLength(1);
    await two.runtime.advance(1_000);
    await expect.poll(() => two.policies.inForce.version).toBe(stored.version);

    await activatePolicy(one, next.version, 'ops');
    const { paymentId, choice } = await paid(one);
    expect(choice.routes).toHaveLength(2);
    expect(await explainRoute(two, paymentId)).toMatchObject({ policyVersion: next.version });
    const inForce = async () =>
      (await listPolicies(one.policyStore, 0, '')).policies
        .filter(({ active }) => active)
        .map(({ version }) => version);
    expect(await inForce()).toEqual([next.version]);
    await activatePolicy(one, 0n, 'ops');
    expect(await inForce()).toEqual([0n]);
  });

  test('are listed newest first, page by page, down to the one that is built in', async () => {
    const { policyStore } = await replica();
    const all = await listPolicies(policyStore, 500, '');
    const paged: Policy[] = [];
    for (let token = '', more = true; more; more = token !== '') {
      const page = await listPolicies(policyStore, 1, token);
      paged.push(...page.policies);
      token = page.nextPageToken;
    }
    expect(paged).toEqual(all.policies);
    expect(paged.at(-1)?.version).toBe(0n);
    await expect(listPolicies(policyStore, 0, 'x')).rejects.toThrow(refused('PAGE_TOKEN_INVALID'));
  });

  test('that name what is not there are refused, when stored and when put in force', async () => {
    const one = await replica();
    const before = await one.policyStore.latestVersion();
    const wrong = policyWith([ruleWith('gone', split({ 'th-gone': 100 }))]);
    await expect(createPolicy(one, wrong, 'ops')).rejects.toThrow(
      expect.objectContaining({
        reason: 'FIELD_INVALID',
        fields: [
          {
            field: 'policy.rules[0] "gone".split.shares[0]',
            description: 'names a route that is not known: "th-gone"',
          },
        ],
      }),
    );
    expect(await one.policyStore.latestVersion()).toBe(before);
    const { version } = await createPolicy(one, narrow, 'ops');
    const without = await replica([cheap]);
    await expect(activatePolicy(without, version, 'ops')).rejects.toThrow(refused('FIELD_INVALID'));
    for (const unknown of [version + 1n, -1n]) {
      await expect(activatePolicy(one, unknown, 'ops')).rejects.toThrow(refused('POLICY_UNKNOWN'));
    }
  });

  test('get different numbers where two are stored at once', async () => {
    const one = await replica();
    const stored = await Promise.all(
      Array.from({ length: 8 }, () => createPolicy(one, policyWith([]), 'ops')),
    );
    expect(new Set(stored.map(({ version }) => version)).size).toBe(8);
  });
});

// Last, since it takes away what others have stored.
test('after a restore of the database choices name what is there, without a new start', async () => {
  const one = await replica();
  const before = await createPolicy(
    one,
    policyWith([ruleWith('dear', { $case: 'only', value: { routeIds: ['th-dear'] } })]),
    'ops',
  );
  await activatePolicy(one, before.version, 'ops');
  one.scores.outcome('th-cheap', true);
  await later(one, 1_000);
  expect((await paid(one)).choice.routes).toHaveLength(1);
  await db.query(
    `TRUNCATE policies, policy_activations, directory_versions, score_snapshots, payments
     RESTART IDENTITY CASCADE`,
    [],
  );
  // Its start stores what every backup has.
  const two = await replica([cheap]);
  const wanted = policyWith([
    ruleWith('cheap', { $case: 'only', value: { routeIds: ['th-cheap'] } }),
  ]);
  const again = await createPolicy(two, wanted, 'ops');
  await activatePolicy(two, again.version, 'ops');
  await two.versions.of(two.directory.view.routes);

  await one.policies.refresh();
  await one.directory.refresh();
  await later(one, 1_000);
  const { paymentId, choice } = await paid(one);
  expect(choice.routes.map(({ routeId }) => routeId)).toEqual(['th-cheap']);
  for (const replicaAsked of [one, await replica()]) {
    expect(await explainRoute(replicaAsked, paymentId)).toMatchObject({
      ...{ reproduced: true, policyVersion: again.version, ruleName: 'cheap' },
    });
  }
});
