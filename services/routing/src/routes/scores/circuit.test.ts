import { CircuitState, type Elimination } from '@causeway/proto/routing';
import { describe, expect, test } from 'vitest';
import { policyWith } from '../testing.ts';
import { afterOutcome, afterTime, type Circuit, CLOSED } from './circuit.ts';
import { RouteHealth } from './health.ts';
import { OutcomeWindow } from './window.ts';

const elimination: Elimination = {
  minOutcomes: 4,
  failurePercent: 50,
  openSeconds: 30,
  probeOneIn: 10,
  closeAfter: 2,
};
const T0 = 1_000_000;
const after = (circuit: Circuit, succeeded: boolean, outcomes: number, successes: number) =>
  afterOutcome(circuit, succeeded, { outcomes, successes }, elimination, T0);
const open: Circuit = { state: CircuitState.OPEN, openedAtMs: T0, passedCount: 0 };
const probing: Circuit = { ...open, state: CircuitState.PROBING };

describe('a circuit', () => {
  test('opens where enough outcomes say so, and not before', () => {
    expect(after(CLOSED, false, 3, 0)).toEqual(CLOSED);
    expect(after(CLOSED, false, 4, 3)).toEqual(CLOSED);
    expect(after(CLOSED, false, 4, 2)).toEqual(open);
  });

  test('hears nothing while it is open, until its time has passed', () => {
    expect(after(open, true, 9, 9)).toEqual(open);
    expect(afterTime(open, elimination, T0 + 29_999)).toEqual(open);
    expect(afterTime(open, elimination, T0 + 30_000)).toEqual(probing);
  });

  test('closes after so many probes in a row, and opens again with one that fails', () => {
    const once = after(probing, true, 0, 0);
    expect(once).toEqual({ ...probing, passedCount: 1 });
    expect(after(once, true, 0, 0)).toEqual({ ...CLOSED, openedAtMs: T0 });
    expect(after(once, false, 0, 0)).toEqual(open);
  });
});

describe('a window', () => {
  test('forgets what is older, and stays small', () => {
    const window = new OutcomeWindow();
    for (let n = 0; n < 100_000; n += 1) {
      window.add(T0 + n, 10_000, { outcomes: 1, successes: n % 2 });
    }
    const { outcomes, successes } = window.totals(T0 + 99_999, 10_000);
    // To a step of the window exactly, and of those every other went well.
    expect(outcomes).toBeGreaterThan(9_600);
    expect(outcomes).toBeLessThanOrEqual(10_000);
    expect(Math.abs(outcomes - successes * 2)).toBeLessThanOrEqual(1);
    expect(window.totals(T0 + 120_000, 10_000)).toEqual({ outcomes: 0, successes: 0 });
  });
});

test('a route that recovered is not judged by its old failures', () => {
  const policy = policyWith([], { elimination });
  const health = new RouteHealth();
  const stateAt = (ms: number) => health.score('th', policy, ms)?.circuitState;
  for (let n = 0; n < 4; n += 1) health.outcome(false, policy, T0);
  expect(stateAt(T0)).toBe(CircuitState.OPEN);
  expect(stateAt(T0 + 30_000)).toBe(CircuitState.PROBING);
  for (let n = 0; n < 2; n += 1) health.outcome(true, policy, T0 + 31_000);
  expect(stateAt(T0 + 31_000)).toBe(CircuitState.CLOSED);
  health.outcome(false, policy, T0 + 32_000);
  expect(health.score('th', policy, T0 + 32_000)).toMatchObject({
    circuitState: CircuitState.CLOSED,
    outcomeCount: 1n,
    openedTime: new Date(T0),
  });
});
