import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DISPUTE_STATES, type Dispute, type DisputeState } from './dispute.ts';
import { type DisputeInput, deadlineOf, next } from './next.ts';

const HOUR_MS = 3_600_000;
const OPENED = new Date(Date.UTC(2026, 10, 16, 4));
const TERMS = { answerHours: 10, escalationHours: 20, decisionHours: 30 };
const GIVEN_BACK = {
  refundId: '00000000-0000-8000-8000-000000000009',
  payeeMinor: 900n,
  payer: { currencyCode: 'HKD', amountMinor: 4_500n },
};

/** A dispute in a state, as the way there leaves it. */
function disputeIn(state: DisputeState): Dispute {
  const waits = state !== 'GRANTED' && state !== 'CLOSED';
  return {
    disputeId: '00000000-0000-8000-8000-000000000001',
    paymentId: '00000000-0000-8000-8000-000000000002',
    ...{ issuerId: 'harbour-wallet', partnerId: 'sakura', version: 3, state },
    ...{ reason: 'DUPLICATE', currencyCode: 'JPY', claimedMinor: 1_000n, terms: TERMS },
    outcome: waits ? undefined : 'UPHELD',
    grantedMinor: waits ? undefined : 900n,
    givenBack: state === 'CLOSED' ? GIVEN_BACK : undefined,
    deadlineAt: waits ? deadlineOf(state, TERMS, OPENED) : undefined,
    ...{ openedAt: OPENED, updatedAt: OPENED },
  };
}

const EARLY = new Date(OPENED.getTime() + HOUR_MS);
const LATE = new Date(OPENED.getTime() + 100 * HOUR_MS);

const INPUTS: Record<string, DisputeInput> = {
  answer: { action: 'answer' },
  accept: { action: 'accept' },
  escalate: { action: 'escalate' },
  withdraw: { action: 'withdraw' },
  'decide for the payer': { action: 'decide', grantedMinor: 900n },
  'decide for the acquirer': { action: 'decide', grantedMinor: 0n },
  expire: { action: 'expire' },
  refund: { action: 'refund', givenBack: GIVEN_BACK },
};

/** What each input makes of each state: in time, and after the deadline where that differs. */
const MATRIX: Record<DisputeState, Record<string, string | [inTime: string, late: string]>> = {
  REQUESTED: {
    answer: ['ANSWERED', 'DEADLINE_PASSED'],
    accept: 'GRANTED ACCEPTED',
    escalate: ['ANSWER_PENDING', 'ESCALATED'],
    withdraw: 'CLOSED WITHDRAWN',
    'decide for the payer': 'DISPUTE_NOT_ESCALATED',
    'decide for the acquirer': 'DISPUTE_NOT_ESCALATED',
    expire: ['DEADLINE_AHEAD', 'UNANSWERED'],
    refund: 'DISPUTE_NOT_GRANTED',
  },
  ANSWERED: {
    answer: 'DISPUTE_ANSWERED',
    accept: 'GRANTED ACCEPTED',
    escalate: ['ESCALATED', 'DEADLINE_PASSED'],
    withdraw: 'CLOSED WITHDRAWN',
    'decide for the payer': 'DISPUTE_NOT_ESCALATED',
    'decide for the acquirer': 'DISPUTE_NOT_ESCALATED',
    expire: ['DEADLINE_AHEAD', 'CLOSED LAPSED'],
    refund: 'DISPUTE_NOT_GRANTED',
  },
  UNANSWERED: {
    answer: 'DISPUTE_ANSWERED',
    accept: 'GRANTED ACCEPTED',
    escalate: ['ESCALATED', 'DEADLINE_PASSED'],
    withdraw: 'CLOSED WITHDRAWN',
    'decide for the payer': 'DISPUTE_NOT_ESCALATED',
    'decide for the acquirer': 'DISPUTE_NOT_ESCALATED',
    expire: ['DEADLINE_AHEAD', 'CLOSED LAPSED'],
    refund: 'DISPUTE_NOT_GRANTED',
  },
  ESCALATED: {
    answer: ['CONTESTED', 'DEADLINE_PASSED'],
    accept: 'GRANTED ACCEPTED',
    escalate: 'DISPUTE_ESCALATED',
    withdraw: 'CLOSED WITHDRAWN',
    'decide for the payer': ['GRANTED UPHELD', 'DEADLINE_PASSED'],
    'decide for the acquirer': ['CLOSED REJECTED', 'DEADLINE_PASSED'],
    expire: ['DEADLINE_AHEAD', 'GRANTED UNCONTESTED'],
    refund: 'DISPUTE_NOT_GRANTED',
  },
  CONTESTED: {
    answer: 'DISPUTE_ANSWERED',
    accept: 'GRANTED ACCEPTED',
    escalate: 'DISPUTE_ESCALATED',
    withdraw: 'CLOSED WITHDRAWN',
    'decide for the payer': ['GRANTED UPHELD', 'DEADLINE_PASSED'],
    'decide for the acquirer': ['CLOSED REJECTED', 'DEADLINE_PASSED'],
    expire: ['DEADLINE_AHEAD', 'CLOSED UNDECIDED'],
    refund: 'DISPUTE_NOT_GRANTED',
  },
  GRANTED: {
    answer: 'DISPUTE_CLOSED',
    accept: 'DISPUTE_CLOSED',
    escalate: 'DISPUTE_CLOSED',
    withdraw: 'DISPUTE_CLOSED',
    'decide for the payer': 'DISPUTE_CLOSED',
    'decide for the acquirer': 'DISPUTE_CLOSED',
    expire: 'DISPUTE_CLOSED',
    refund: 'CLOSED UPHELD',
  },
  CLOSED: {
    answer: 'DISPUTE_CLOSED',
    accept: 'DISPUTE_CLOSED',
    escalate: 'DISPUTE_CLOSED',
    withdraw: 'DISPUTE_CLOSED',
    'decide for the payer': 'DISPUTE_CLOSED',
    'decide for the acquirer': 'DISPUTE_CLOSED',
    expire: 'DISPUTE_CLOSED',
    refund: 'DISPUTE_CLOSED',
  },
};

const CASES = DISPUTE_STATES.flatMap((state) =>
  Object.entries(INPUTS).flatMap(([name, input]) => {
    const cell = MATRIX[state][name] ?? '';
    const [inTime, late] = typeof cell === 'string' ? [cell, cell] : cell;
    return [
      { state, name, input, when: 'in time', now: EARLY, expected: inTime },
      { state, name, input, when: 'late', now: LATE, expected: late },
    ];
  }),
);

function wordsOf(decision: ReturnType<typeof next>): string {
  if ('refused' in decision) return decision.refused;
  const { state, outcome } = decision.dispute;
  return outcome === undefined ? state : `${state} ${outcome}`;
}

describe('every input in every state', () => {
  test.each(CASES)('$state: $name, $when, is $expected', ({ state, input, now, expected }) => {
    const dispute = disputeIn(state);
    const decision = next(dispute, input, now);
    expect(wordsOf(decision)).toBe(expected);
    expect(next(dispute, input, now)).toEqual(decision);
    if (!('dispute' in decision)) return;
    expect(decision.dispute).toMatchObject({ version: 4, updatedAt: now, claimedMinor: 1_000n });
    const isOpen = !['GRANTED', 'CLOSED'].includes(decision.dispute.state);
    expect(decision.dispute.deadlineAt === undefined).toBe(!isOpen);
  });
});

test('the whole claim is granted where nobody objects, and part of it where an operator says so', () => {
  const grantedBy = (state: DisputeState, input: DisputeInput, now: Date) => {
    const decision = next(disputeIn(state), input, now);
    return 'dispute' in decision ? decision.dispute.grantedMinor : decision.refused;
  };
  expect(grantedBy('ANSWERED', { action: 'accept' }, EARLY)).toBe(1_000n);
  expect(grantedBy('ESCALATED', { action: 'expire' }, LATE)).toBe(1_000n);
  expect(grantedBy('CONTESTED', { action: 'decide', grantedMinor: 1n }, EARLY)).toBe(1n);
  expect(grantedBy('CONTESTED', { action: 'decide', grantedMinor: 1_000n }, EARLY)).toBe(1_000n);
  const beyond = grantedBy('CONTESTED', { action: 'decide', grantedMinor: 1_001n }, EARLY);
  expect(beyond).toBe('DISPUTE_EXCEEDS_CLAIM');
});

test('the deadline itself is late, the millisecond before it is in time', () => {
  const dispute = disputeIn('REQUESTED');
  const deadlineMs = OPENED.getTime() + 10 * HOUR_MS;
  const at = (ms: number) => wordsOf(next(dispute, { action: 'answer' }, new Date(ms)));
  expect(at(deadlineMs - 1)).toBe('ANSWERED');
  expect(at(deadlineMs)).toBe('DEADLINE_PASSED');
});

test('whatever happens in whatever order, it ends, and grants at most the claim once', () => {
  const inputs = fc.constantFrom(...Object.values(INPUTS));
  const hours = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(inputs, hours), { maxLength: 30 }), (happened) => {
      let dispute = { ...disputeIn('REQUESTED'), version: 1 };
      let nowMs = OPENED.getTime();
      const grants = new Set<bigint>();
      for (const [input, pause] of happened) {
        nowMs += pause * HOUR_MS;
        const decision = next(dispute, input, new Date(nowMs));
        if ('refused' in decision) continue;
        expect(dispute.state).not.toBe('CLOSED');
        dispute = decision.dispute;
        if (dispute.grantedMinor !== undefined) grants.add(dispute.grantedMinor);
      }
      expect(grants.size).toBeLessThanOrEqual(1);
      for (const grant of grants) expect(grant > 0n && grant <= 1_000n).toBe(true);
      // Where nobody does anything any more, the deadlines alone end it.
      for (let n = 0; n < 4 && dispute.deadlineAt !== undefined; n += 1) {
        const decision = next(dispute, { action: 'expire' }, dispute.deadlineAt);
        if ('dispute' in decision) dispute = decision.dispute;
      }
      expect(['GRANTED', 'CLOSED']).toContain(dispute.state);
    }),
  );
});
