import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import { maskCode } from '../keys.ts';
import type { PaymentRecord, Step } from '../record.ts';
import type { Decision, MachineRefusal, Moment } from './types.ts';

/** The changes of a payment that every part of the machine is made of. */

export const UNCHANGED: Decision = { outcome: 'unchanged' };

export function refused(reason: MachineRefusal): Decision {
  return { outcome: 'refused', reason };
}

/** The payment owing another step, with a lease for whoever decided. */
export function owing(
  payment: PaymentRecord,
  step: Exclude<Step, 'DONE'>,
  at: Moment,
): PaymentRecord {
  return {
    ...payment,
    version: payment.version + 1,
    step,
    dueAt: at.leaseUntil,
    updatedAt: at.now,
  };
}

/** Still the same step since the same time, with a new lease. */
export function leasedAnew(payment: PaymentRecord, at: Moment): PaymentRecord {
  return { ...payment, version: payment.version + 1, dueAt: at.leaseUntil };
}

/** On to another step, which only routing needs to know of. */
export function stepTo(payment: PaymentRecord, step: Exclude<Step, 'DONE'>, at: Moment): Decision {
  return { outcome: 'stepped', payment: owing(payment, step, at) };
}

/** The payment with nothing owed any more, so that a code need not be kept. */
export function settled(payment: PaymentRecord, at: Moment): PaymentRecord {
  const isCode = payment.method === PaymentMethod.CODE;
  return {
    ...payment,
    version: payment.version + 1,
    step: 'DONE',
    dueAt: undefined,
    payerReference: isCode ? maskCode(payment.payerReference) : payment.payerReference,
    updatedAt: at.now,
  };
}

/**
 * The end of a payment that takes no money, or gives all of it back. One that had succeeded keeps its
 * clearing days: its cancel is settled with what it undoes.
 */
export function end(
  payment: PaymentRecord,
  at: Moment,
  state: 'DECLINED' | 'CANCELLED',
  declineReason = DeclineReason.UNSPECIFIED,
): Decision {
  return {
    outcome: 'changed',
    payment: { ...settled(payment, at), state, declineReason },
    fact: state === 'DECLINED' ? 'declined' : 'cancelled',
    wasCaptured: payment.state === 'SUCCEEDED',
  };
}

/** Whether the time in which something new may be started is over. */
export function isPast({ expiresAt }: PaymentRecord, at: Moment): boolean {
  return expiresAt !== undefined && at.now.getTime() >= expiresAt.getTime();
}
