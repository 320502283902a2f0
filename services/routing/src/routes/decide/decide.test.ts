import { formatBps } from '@causeway/money';
import { PaymentMethod } from '@causeway/proto/common';
import { CircuitState, EliminationReason } from '@causeway/proto/routing';
import { uuidFrom } from '@causeway/runtime';
import { describe, expect, test } from 'vitest';
import {
  inputsWith,
  policyWith,
  questionWith,
  routeAt,
  routeWith,
  ruleWith,
  scoreWith,
} from '../testing.ts';
import { type Decision, decide } from './decide.ts';
import type { Target } from './question.ts';

const cheap = routeAt('th-cheap', 20);
const dear = routeAt('th-dear', 60, { partnerId: 'lanna' });
const middle = routeAt('th-middle', 40, { partnerId: 'andaman' });
const all = [dear, middle, cheap];

const planOf = ({ plan }: Decision) => plan.map(({ route }) => route.routeId);
const reasonsOf = ({ candidates }: Decision) =>
  Object.fromEntries(candidates.map((c) => [c.route.routeId, c.eliminated]));
/** A payment to these ends, in Thailand unless they say otherwise. */
const to = (...targets: Partial<Target>[]) =>
  questionWith({
    targets: targets.map((target) => ({
      ...{ partnerId: '', schemeId: '', countryCode: 'TH' },
      ...target,
    })),
  });

const listed = (...routeIds: string[]) => ({ routeIds });
const only = (...ids: string[]) => ({ $case: 'only' as const, value: listed(...ids) });
const avoid = (...ids: string[]) => ({ $case: 'avoid' as const, value: listed(...ids) });
const prefer = (...ids: string[]) => ({ $case: 'prefer' as const, value: listed(...ids) });

describe('candidates', () => {
  test('are the routes of the code or of the partner, to that country in that currency', () => {
    const others = [
      routeAt('th-usd', 0, { currencyCodes: ['USD'] }),
      routeAt('vn', 0, { countryCode: 'VN' }),
      routeAt('th-cards', 0, { schemeIds: ['TH.CARDS'] }),
    ];
    const inputs = inputsWith([...all, ...others]);
    expect(planOf(decide(inputs))).toEqual(['th-cheap', 'th-middle', 'th-dear']);
    const partner = to({ partnerId: 'lanna' });
    expect(planOf(decide({ ...inputs, question: partner }))).toEqual(['th-dear']);
    const none = decide({
      ...inputs,
      question: to({ schemeId: 'TH.PROMPTPAY', countryCode: 'LA' }),
    });
    expect([planOf(none), none.decidedBy]).toEqual([[], 'no route leads there']);
  });

  test('that two targets lead to count once', () => {
    const question = to({ partnerId: 'siam' }, { schemeId: 'TH.PROMPTPAY' });
    expect(planOf(decide(inputsWith(all, { question })))).toEqual([
      'th-cheap',
      'th-middle',
      'th-dear',
    ]);
  });
});

describe('the score', () => {
  test('is the landed cost in basis points, fixed fees over the amount', () => {
    const fees = { partnerBps: 20, partnerFixedMinor: 150n, schemeBps: 5 };
    const [best] = decide(inputsWith([routeWith('th', { fees })])).candidates;
    const { markup, partner, scheme, total } = best?.cost ?? {};
    // 4.1234 / 4.0905 - 1 is 80.4303 bps; THB 1.50 of THB 250.00 is 60.
    expect([markup, partner, scheme, total].map((part) => formatBps(part ?? -1n))).toEqual([
      '80.4303',
      '80',
      '5',
      '165.4303',
    ]);
  });

  test('counts failures of late, and the lowest is best', () => {
    const scores = [scoreWith('th-cheap', 100, 90), scoreWith('th-middle', 100, 100)];
    const decision = decide(inputsWith(all, { scores }));
    expect(planOf(decision)).toEqual(['th-middle', 'th-dear', 'th-cheap']);
    expect(decision.decidedBy).toBe('lowest score');
    const cheapest = decision.candidates.find(({ route }) => route === cheap);
    expect(formatBps((cheapest?.score ?? 0n) - (cheapest?.cost.total ?? 0n))).toBe('50');
  });

  test('that is equal leaves it to the ids', () => {
    const decision = decide(inputsWith([routeAt('b', 1), routeAt('a', 1), routeAt('B', 1)]));
    expect(planOf(decision)).toEqual(['B', 'a', 'b']);
    expect(decision.decidedBy).toBe('route id, as scores are equal');
  });
});

describe('rules', () => {
  test('are asked from the top, and the first that applies counts', () => {
    const policy = policyWith([
      ruleWith('codes', only('th-dear'), { methods: [PaymentMethod.CODE] }),
      ruleWith('large', only('th-middle'), {
        min_payee_amount: { currency_code: 'THB', amount_minor: '25000' },
      }),
      ruleWith('rest', only('th-dear')),
    ]);
    const decision = decide(inputsWith(all, { policy }));
    expect(planOf(decision)).toEqual(['th-middle']);
    expect(decision.rule?.name).toBe('large');
    expect(decision.decidedBy).toBe('only candidate left');
  });

  test.each([
    [{ issuer_ids: ['peak-wallet'] }, false],
    [{ issuer_ids: ['peak-wallet', 'harbour-wallet'] }, true],
    [{ country_codes: ['TH'], currency_codes: ['THB'] }, true],
    [{ country_codes: ['TH'], currency_codes: ['USD'] }, false],
    [{ category_codes: ['5812'] }, true],
    [{ category_codes: ['5411'] }, false],
    [{ scheme_ids: ['TH.PROMPTPAY'] }, true],
    [{ scheme_ids: ['SG.PAYNOW'] }, false],
    [{ max_payee_amount: { currency_code: 'THB', amount_minor: '25000' } }, true],
    [{ max_payee_amount: { currency_code: 'THB', amount_minor: '24999' } }, false],
    [{ max_payee_amount: { currency_code: 'JPY', amount_minor: '99999' } }, false],
    [{ min_payee_amount: { currency_code: 'JPY', amount_minor: '1' } }, false],
  ])('%j applies: %s', (when, applies) => {
    const policy = policyWith([ruleWith('one', only('th-dear'), when)]);
    expect(decide(inputsWith(all, { policy })).rule !== undefined).toBe(applies);
  });

  test('only and avoid narrow, prefer puts in front', () => {
    const by = (then: Parameters<typeof ruleWith>[1]) =>
      decide(inputsWith(all, { policy: policyWith([ruleWith('r', then)]) }));
    expect(planOf(by(only('th-dear', 'th-middle')))).toEqual(['th-middle', 'th-dear']);
    expect(planOf(by(avoid('th-cheap')))).toEqual(['th-middle', 'th-dear']);
    expect(reasonsOf(by(avoid('th-cheap')))['th-cheap']).toBe(EliminationReason.RULE);
    const preferred = by(prefer('th-dear', 'th-none', 'th-middle'));
    expect(planOf(preferred)).toEqual(['th-dear', 'th-middle', 'th-cheap']);
    expect(preferred.decidedBy).toBe('order of rule "r"');
  });
});

describe('passed over', () => {
  const open = scoreWith('th-cheap', 20, 0, { circuitState: CircuitState.OPEN });
  const left = (amountMinor: bigint, currencyCode = 'THB') =>
    scoreWith('th-cheap', 0, 0, { liquidityLeft: { currencyCode, amountMinor } });

  test('are routes that are stopped, failing or out of liquidity, each with its reason', () => {
    const decision = decide(inputsWith(all, { scores: [open], stopped: ['th-middle'] }));
    expect(planOf(decision)).toEqual(['th-dear']);
    expect(reasonsOf(decision)).toEqual({
      'th-dear': EliminationReason.UNSPECIFIED,
      'th-middle': EliminationReason.STOPPED,
      'th-cheap': EliminationReason.FAILING,
    });
    expect(reasonsOf(decide(inputsWith(all, { scores: [left(24_999n)] })))['th-cheap']).toBe(
      EliminationReason.LIQUIDITY,
    );
    expect(planOf(decide(inputsWith(all, { scores: [left(25_000n)] })))[0]).toBe('th-cheap');
    expect(planOf(decide(inputsWith(all, { scores: [left(0n, 'USD')] })))[0]).toBe('th-cheap');
  });

  test('a probing route takes one payment of so many, and takes it first', () => {
    const probing = scoreWith('th-dear', 20, 0, { circuitState: CircuitState.PROBING });
    const decisions = Array.from({ length: 2_000 }, (_, n) =>
      decide(
        inputsWith(all, {
          scores: [probing],
          question: questionWith({ paymentId: uuidFrom('probe', String(n)) }),
        }),
      ),
    );
    const probes = decisions.filter(({ plan }) => plan[0]?.probe);
    expect(probes.every((decision) => planOf(decision)[0] === 'th-dear')).toBe(true);
    expect(probes[0]?.decidedBy).toBe('probe of a failing route');
    // One of ten: 200 ± 4 standard deviations.
    expect(probes.length).toBeGreaterThan(146);
    expect(probes.length).toBeLessThan(254);
    const others = decisions.filter((decision) => !probes.includes(decision));
    expect(others.every((decision) => !planOf(decision).includes('th-dear'))).toBe(true);
  });

  test('the default list decides where nothing is left, but never for a stopped route', () => {
    const scores = all.map(({ routeId }) =>
      scoreWith(routeId, 20, 0, { circuitState: CircuitState.OPEN }),
    );
    const policy = policyWith([], { defaultRouteIds: ['th-middle', 'th-none', 'th-dear'] });
    const decision = decide(inputsWith(all, { scores, policy, stopped: ['th-middle'] }));
    expect(planOf(decision)).toEqual(['th-dear']);
    expect([decision.rankedCount, decision.decidedBy]).toEqual([
      1,
      'default list, as every candidate was passed over',
    ]);
    const none = decide(inputsWith(all, { scores }));
    expect([planOf(none), none.decidedBy]).toEqual([[], 'every candidate was passed over']);
  });
});
