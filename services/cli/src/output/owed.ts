import { DeclineReason, PaymentMethod, PaymentState } from '@causeway/proto/common';
import type { OwedPayment } from '@causeway/proto/routing';
import { type Json, jsonOf } from './json.ts';
import { table } from './table.ts';
import { moment, money, stateOf } from './views.ts';

/** What payments and refunds owe, whom they wait for, and why it has not come. */
export function owedTable(owed: readonly OwedPayment[]): string {
  return table(
    [
      { title: 'since' },
      { title: 'payment' },
      { title: 'state' },
      { title: 'owes' },
      { title: 'waits for' },
      { title: 'route' },
      { title: 'amount', align: 'right' },
      { title: 'next try by' },
      { title: 'failed', align: 'right' },
      { title: 'why' },
    ],
    owed.map(line),
  );
}

function line(owed: OwedPayment): string[] {
  const { payment, step, waitsFor, routeId, sinceTime, dueTime, failedAttempts, failure } = owed;
  const state = payment === undefined ? '' : stateOf(payment);
  const { paymentId = '', payeeAmount } = payment ?? {};
  return [
    ...[moment(sinceTime), paymentId, state, step, waitsFor, routeId, money(payeeAmount)],
    ...[moment(dueTime), failedAttempts === 0 ? '' : `${failedAttempts} times`, failure],
  ];
}

/** The same for programs, with what an operator can do. */
export function owedJson(owed: readonly OwedPayment[]): Json {
  return owed.map((each) => ({
    ...(jsonOf(each, {
      state: PaymentState,
      declineReason: DeclineReason,
      method: PaymentMethod,
    }) as { [key: string]: Json }),
    advice: whatToDo(each.step),
  }));
}

const ISSUERS =
  'its wallet operator is asked again until it answers: see that it is up, or give it an address that is with PutIssuer; "causeway stop add issuer <id>" keeps new payments away from it';

/** What somebody can do about a step that is owed. */
const ADVICE: Readonly<Record<string, string>> = {
  CONFIRM: 'CONFIRM: its partner has not consented; what it does not answer is in doubt at once',
  INQUIRE:
    'INQUIRE: nobody knows whether its partner has charged; it is asked for a minute, then told to undo it',
  REVERSE:
    'REVERSE: its partner is told to undo it until it answers; where it never will, "causeway route put" gives its route an address that does, and "causeway stop add route <id>" keeps new payments away',
};

/** What an operator can do about a step that is owed, in words. */
export function whatToDo(step: string): string {
  return ADVICE[step] ?? `${step}: ${ISSUERS}`;
}
