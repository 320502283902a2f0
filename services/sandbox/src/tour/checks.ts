import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';

/** One comparison that a scenario made. */
export interface Check {
  /** What must hold, as a sentence that is true when all is well. */
  what: string;
  ok: boolean;
  /** What was expected and what was found; empty where the sentence says it all. */
  expected: string;
  found: string;
}

/** That two values are the same. Amounts, versions and ids are compared as they are. */
export function same<T extends string | number | bigint | boolean | undefined>(
  what: string,
  expected: T,
  found: T,
): Check {
  return { what, ok: expected === found, expected: String(expected), found: String(found) };
}

/** That a payment is in a state; a decline that nobody expected shows its reason. */
export function inState(
  what: string,
  expected: keyof typeof PaymentState,
  { state, declineReason }: Pick<Payment, 'state' | 'declineReason'>,
): Check {
  const reason = state === PaymentState.DECLINED ? ` ${DeclineReason[declineReason]}` : '';
  const found = `${PaymentState[state]}${reason}`;
  return { what, ok: state === PaymentState[expected], expected, found };
}

/** That something is so; `found` says what was seen, for whoever reads why it is not. */
export function holds(what: string, ok: boolean, found = ''): Check {
  return { what, ok, expected: '', found };
}

/** That a scenario ended before its end. */
export function broken(error: unknown): Check {
  const found = error instanceof Error ? error.message : String(error);
  return { what: 'the scenario is played to its end', ok: false, expected: '', found };
}

/** A failed check in one line. */
export function describeFailure(scenario: string, { what, expected, found }: Check): string {
  const expectation = expected === '' ? '' : `, expected ${expected}`;
  const finding = found === '' ? '' : `, found ${found}`;
  return `${scenario}: ${what}${expectation}${finding}`;
}
