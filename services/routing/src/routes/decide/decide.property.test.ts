import { CircuitState, EliminationReason, type Policy, type Route } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  inputsWith,
  policyWith,
  questionWith,
  routeAt,
  ruleWith,
  scoreWith,
  split,
} from '../testing.ts';
import { decide } from './decide.ts';
import { drawnOrder } from './split.ts';

const IDS = ['th-a', 'th-b', 'th-c', 'th-d', 'th-e'];
const paymentIdOf = (n: number) => uuidFrom('property', String(n));

const anyRoutes = fc
  .uniqueArray(fc.constantFrom(...IDS), { minLength: 1 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.integer({ min: 0, max: 3 }).map((bps) => routeAt(id, bps, { partnerId: `of-${id}` })),
      ),
    ),
  );

const anyScores = fc.array(
  fc
    .record({
      id: fc.constantFrom(...IDS),
      outcomes: fc.integer({ min: 0, max: 40 }),
      failures: fc.integer({ min: 0, max: 40 }),
      state: fc.constantFrom(CircuitState.CLOSED, CircuitState.OPEN, CircuitState.PROBING),
      left: fc.option(fc.bigInt({ min: 0n, max: 50_000n })),
    })
    .map(({ id, outcomes, failures, state, left }) =>
      scoreWith(id, outcomes, outcomes - Math.min(failures, outcomes), {
        circuitState: state,
        liquidityLeft: left === null ? undefined : { currencyCode: 'THB', amountMinor: left },
      }),
    ),
);

const someIds = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1 });
const anyRule = fc.oneof(
  fc
    .tuple(fc.constantFrom('only', 'avoid', 'prefer'), someIds)
    .map(([$case, routeIds]) => ruleWith('any', { $case, value: { routeIds } } as never)),
  someIds.map((ids) =>
    ruleWith(
      'any',
      split(Object.fromEntries(ids.map((id, n) => [id, n === 0 ? 101 - ids.length : 1]))),
    ),
  ),
);

const anyPolicy: fc.Arbitrary<Policy> = fc
  .tuple(fc.array(anyRule, { maxLength: 1 }), fc.uniqueArray(fc.constantFrom(...IDS)))
  .map(([rules, defaultRouteIds]) => policyWith(rules, { defaultRouteIds }));

const anyInputs = fc
  .record({
    routes: anyRoutes,
    policy: anyPolicy,
    scores: anyScores,
    stopped: fc.uniqueArray(fc.constantFrom(...IDS)),
    n: fc.nat(),
  })
  .map(({ n, ...inputs }) => ({
    ...inputs,
    question: questionWith({ paymentId: paymentIdOf(n) }),
  }));

type Inputs = { routes: readonly Route[] } & Omit<
  NonNullable<Parameters<typeof inputsWith>[1]>,
  'routes'
>;

const made = ({ routes, ...others }: Inputs) => decide(inputsWith(routes, others));

describe('whatever the inputs', () => {
  test('the same ones give the same choice, in whatever order they come', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const backwards = {
          ...inputs,
          routes: [...inputs.routes].reverse(),
          stopped: [...inputs.stopped].reverse(),
        };
        expect(made(backwards)).toEqual(made(inputs));
      }),
    );
  });

  test('no stopped route is taken; one that is passed over only by the default list', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { plan, candidates } = made(inputs);
        const byDefault = candidates.every(
          ({ eliminated }) => eliminated !== EliminationReason.UNSPECIFIED,
        );
        for (const { route, eliminated, probe } of plan) {
          expect(inputs.stopped).not.toContain(route.routeId);
          const state = inputs.scores.findLast((score) => score.routeId === route.routeId);
          const isOpen = (state?.circuitState ?? CircuitState.CLOSED) !== CircuitState.CLOSED;
          if (byDefault) {
            expect(inputs.policy.defaultRouteIds).toContain(route.routeId);
          } else {
            expect(eliminated).toBe(EliminationReason.UNSPECIFIED);
            if (isOpen) expect(probe).toBe(true);
          }
        }
        expect(new Set(plan).size).toBe(plan.length);
        expect(plan.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('one more partner changes nothing for payments that it cannot carry', () => {
    const elsewhere = fc.constantFrom<Partial<Route>>(
      { countryCode: 'VN' },
      { currencyCodes: ['USD'] },
      { schemeIds: ['TH.CARDS'] },
      { schemeIds: [] },
    );
    fc.assert(
      fc.property(anyInputs, elsewhere, fc.nat(1), (inputs, changes, fee) => {
        const more = routeAt('th-another', fee, { partnerId: 'another', ...changes });
        const { plan } = made({ ...inputs, routes: [more, ...inputs.routes] });
        expect(plan).toEqual(made(inputs).plan);
      }),
    );
  });

  test('another circuit that opens moves only payments that had gone that way', () => {
    fc.assert(
      fc.property(anyInputs, fc.constantFrom(...IDS), (given, failing) => {
        const inputs = { ...given, policy: { ...given.policy, defaultRouteIds: [] } };
        const opened = scoreWith(failing, 0, 0, { circuitState: CircuitState.OPEN });
        const before = made(inputs).plan[0];
        const after = made({ ...inputs, scores: [...inputs.scores, opened] }).plan[0];
        if (before && before.route.routeId !== failing) {
          expect(after?.route.routeId).toBe(before.route.routeId);
        }
      }),
    );
  });
});

describe('a split', () => {
  const COUNT = 20_000;
  const shares = { 'th-a': 50, 'th-b': 30, 'th-c': 20 };
  const listed = Object.entries(shares).map(([routeId, percent]) => ({ routeId, percent }));
  const firsts = (without: string, purpose = 'split/x') => {
    const counts = new Map<string, number>();
    for (let n = 0; n < COUNT; n += 1) {
      const order = drawnOrder(listed, purpose, paymentIdOf(n));
      const first = order.find((id) => id !== without) ?? '';
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    return counts;
  };
  /** Four standard deviations of a share. */
  const near = (count: number | undefined, share: number) =>
    Math.abs((count ?? 0) / COUNT - share) < 4 * Math.sqrt((share * (1 - share)) / COUNT);

  test('converges to its shares', () => {
    const counts = firsts('');
    for (const { routeId, percent } of listed) {
      expect(near(counts.get(routeId), percent / 100), routeId).toBe(true);
    }
  });

  test('gives the share of a route that cannot be taken to the others by theirs', () => {
    const counts = firsts('th-a');
    expect(near(counts.get('th-b'), 0.3 + 0.5 * 0.6)).toBe(true);
    expect(near(counts.get('th-c'), 0.2 + 0.5 * 0.4)).toBe(true);
  });

  test('draws independently of another split', () => {
    let both = 0;
    for (let n = 0; n < COUNT; n += 1) {
      const here = drawnOrder(listed, 'split/x', paymentIdOf(n))[0] === 'th-a';
      if (here && drawnOrder(listed, 'split/y', paymentIdOf(n))[0] === 'th-a') both += 1;
    }
    expect(near(both, 0.25)).toBe(true);
  });
});
