import type { Policy, Route, RouteExplanation, Rule } from '@causeway/proto/routing';
import { EliminationReason } from '@causeway/proto/routing';
import { expect, test } from 'vitest';
import {
  openPayer,
  openShop,
  openWorld,
  pay,
  reasonOf,
  type Shop,
  until,
} from './support/index.ts';

const world = openWorld();
const { policies, directory } = world.ops;

/** A country that no seeded merchant sells in, so that these policies concern nobody else. */
const ELSEWHERE = { countryCode: 'GB', currencyCode: 'GBP' };
/** How old a replica's knowledge may be, with time to spare. */
const SOON = { patienceMs: 10_000 };

/** A shop that two routes of its acquirer lead to: its own costs 20 bps, the other one 60. */
async function shopWithTwoRoutes(): Promise<Shop & { otherId: string }> {
  const shop = await openShop(world, ELSEWHERE);
  const otherId = `${shop.routeId}-2`;
  await directory.putRoute({ route: routeOf(shop, shop.routeId, 20) });
  await directory.putRoute({ route: routeOf(shop, otherId, 60) });
  return { ...shop, otherId };
}

function routeOf({ partner }: Shop, routeId: string, partnerBps: number): Route {
  return {
    ...{ routeId, partnerId: partner.id, countryCode: 'GB', currencyCodes: ['GBP'] },
    clearing: { timeZone: 'Europe/London', cutOffSeconds: 0 },
    fees: { partnerBps, partnerFixedMinor: 0n, schemeBps: 0 },
    ...{ schemeIds: [], connectorAddress: '', refusalRules: [], maxInFlight: 0 },
  };
}

/** The policy in force with this rule alone, for Great Britain. */
async function policyWith(then: Rule['then']): Promise<Policy> {
  const { policy } = await policies.getPolicy({ version: 0n });
  if (policy === undefined) throw new Error('no policy is in force');
  const when = {
    ...{ issuerIds: [], countryCodes: ['GB'], currencyCodes: [], methods: [] },
    ...{ categoryCodes: [], schemeIds: [] },
    ...{ minPayeeAmount: undefined, maxPayeeAmount: undefined },
  };
  return { ...policy, description: 'end-to-end test', rules: [{ name: 'britain', when, then }] };
}

async function explained(paymentId: string): Promise<RouteExplanation | undefined> {
  return (await policies.explainRoute({ paymentId })).explanation;
}

test('a payment takes the cheaper route, and its choice can be made again', async () => {
  const [shop, payer] = await Promise.all([shopWithTwoRoutes(), openPayer(world)]);
  const { paymentId } = await pay(world, payer, shop, 5_00n);
  const explanation = await explained(paymentId);
  expect(explanation).toMatchObject({
    ...{ paymentId, chosenRouteId: shop.routeId, laterRouteIds: [] },
    ...{ decidedBy: 'lowest score', reproduced: true },
  });
  expect(explanation?.rateBoardId).toMatch(/^[0-9a-f-]{36}$/);
  const costs = explanation?.candidates.map(({ routeId, rank, cost }) => {
    return [routeId, rank, cost?.partnerBps];
  });
  expect(costs).toEqual([
    [shop.routeId, 1, '20'],
    [shop.otherId, 2, '60'],
  ]);
  const { scores } = await until(
    () => policies.listRouteScores({}),
    (answer) => answer.scores.some((s) => s.routeId === shop.routeId && s.successCount === 1n),
    SOON,
  );
  expect(scores.find(({ routeId }) => routeId === shop.otherId)?.outcomeCount).toBe(0n);
});

test('a policy is tried, stored, put in force, and leaves earlier choices as they were', async () => {
  const [shop, payer] = await Promise.all([shopWithTwoRoutes(), openPayer(world)]);
  const before = await pay(world, payer, shop, 5_00n);
  const avoiding = await policyWith({ $case: 'avoid', value: { routeIds: [shop.routeId] } });

  const policy = { $case: 'draft' as const, value: avoiding };
  const tried = [];
  const request = { policy, fromTime: before.createTime, maxPayments: 0n };
  for await (const answer of policies.simulatePolicy(request)) tried.push(answer);
  expect(tried.at(-1)?.report).toMatchObject({
    changedCount: 1n,
    moves: [{ fromRouteId: shop.routeId, toRouteId: shop.otherId, paymentCount: 1n }],
  });

  const stored = (await policies.createPolicy({ policy: avoiding })).policy;
  expect(stored).toMatchObject({ operatorId: 'ops', active: false });
  expect((await policies.getPolicy({ version: 0n })).policy?.version).not.toBe(stored?.version);
  await policies.activatePolicy({ version: stored?.version ?? 0n });
  const after = await pay(world, payer, shop, 5_00n);
  expect(await explained(after.paymentId)).toMatchObject({
    ...{ chosenRouteId: shop.otherId, ruleName: 'britain', reproduced: true },
    policyVersion: stored?.version,
  });
  expect(await explained(before.paymentId)).toMatchObject({
    ...{ chosenRouteId: shop.routeId, ruleName: '', reproduced: true },
  });
});

test('a route whose liquidity does not reach is passed over', async () => {
  const [shop, payer] = await Promise.all([shopWithTwoRoutes(), openPayer(world)]);
  const { routeId } = shop;
  const gbp = (amountMinor: bigint) => ({ currencyCode: 'GBP', amountMinor });
  await policies.putLiquidity({ routeId, liquidity: gbp(7_00n) });
  const left = () => policies.listRouteScores({});
  const leaves =
    (amountMinor: bigint) =>
    ({ scores }: Awaited<ReturnType<typeof left>>) =>
      scores.find((score) => score.routeId === routeId)?.liquidityLeft?.amountMinor === amountMinor;
  await until(left, leaves(7_00n), SOON);
  expect(await explained((await pay(world, payer, shop, 5_00n)).paymentId)).toMatchObject({
    chosenRouteId: routeId,
  });
  await until(left, leaves(2_00n), SOON);
  const passed = await explained((await pay(world, payer, shop, 5_00n)).paymentId);
  expect(passed).toMatchObject({ chosenRouteId: shop.otherId, reproduced: true });
  expect(passed?.candidates.at(-1)).toMatchObject({
    ...{ routeId, rank: 0, liquidityLeft: gbp(2_00n) },
    eliminated: EliminationReason.LIQUIDITY,
  });
});

test('what is wrong with a policy is told by its rule, and nobody else may write one', async () => {
  const wrong = await policyWith({ $case: 'only', value: { routeIds: ['no-such-route'] } });
  await expect(policies.createPolicy({ policy: wrong })).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
    fields: [{ field: 'policy.rules[0] "britain".only.route_ids[0]' }],
  });
  const shop = await openShop(world, ELSEWHERE);
  const asPartner = shop.partner.policies;
  expect(await reasonOf(asPartner.createPolicy({ policy: wrong }))).toBe('CALLER_NOT_ALLOWED');
  expect(await reasonOf(policies.activatePolicy({ version: 999_999n }))).toBe('POLICY_UNKNOWN');
  const nobody = '00000000-0000-8000-8000-000000000000';
  expect(await reasonOf(policies.explainRoute({ paymentId: nobody }))).toBe('PAYMENT_UNKNOWN');
});
