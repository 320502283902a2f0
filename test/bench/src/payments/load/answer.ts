import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { Fields } from './wire.ts';

/** What an answer says, as far as books can be held to it. */
export interface Answer {
  state: PaymentState;
  declineReason: DeclineReason;
  /** Where the payment's id stands in the bytes: 36 characters. */
  paymentIdAt: number;
  payeeMinor: bigint;
  payerMinor: bigint;
  /** Of an answer on the stream: which request it answers, by its number. */
  number: number;
  /** Of an answer on the stream: why it was refused; empty where it was not. */
  refusal: string;
}

/** One object for all answers: each is used up before the next is read. */
const answer: Answer = {
  state: PaymentState.UNSPECIFIED,
  declineReason: DeclineReason.UNSPECIFIED,
  paymentIdAt: 0,
  payeeMinor: 0n,
  payerMinor: 0n,
  number: 0,
  refusal: '',
};
const outer = new Fields();
const created = new Fields();
const payment = new Fields();
const money = new Fields();

/** Reads a CreatePaymentResponse. The answer holds until the next is read. */
export function readUnaryAnswer(bytes: Buffer): Answer {
  reset();
  readCreated(bytes, 0, bytes.length);
  return answer;
}

/**
 * Reads a CreatePaymentsResponse. The answer holds until the next is read.
 *
 * @param prefixLength how long the request id is before its number
 */
export function readStreamAnswer(bytes: Buffer, prefixLength: number): Answer {
  reset();
  outer.over(bytes);
  while (outer.next()) {
    const { start, end } = outer.part();
    if (outer.field === 1) answer.number = numberIn(bytes, start + prefixLength, end);
    else if (outer.field === 2) readCreated(bytes, start, end);
    else if (outer.field === 3) answer.refusal = reasonIn(bytes, start, end);
  }
  return answer;
}

function reset(): void {
  answer.state = PaymentState.UNSPECIFIED;
  answer.declineReason = DeclineReason.UNSPECIFIED;
  answer.paymentIdAt = 0;
  answer.payeeMinor = 0n;
  answer.payerMinor = 0n;
  answer.number = -1;
  answer.refusal = '';
}

function readCreated(bytes: Buffer, start: number, end: number): void {
  created.over(bytes, start, end);
  while (created.next()) {
    if (created.field !== 1) created.skip();
    else readPayment(bytes, created.part());
  }
}

function readPayment(bytes: Buffer, { start, end }: { start: number; end: number }): void {
  payment.over(bytes, start, end);
  while (payment.next()) {
    if (payment.field === 1) answer.paymentIdAt = payment.part().start;
    else if (payment.field === 4) answer.state = payment.small();
    else if (payment.field === 5) answer.declineReason = payment.small();
    else if (payment.field === 9) answer.payeeMinor = minorIn(bytes, payment.part());
    else if (payment.field === 10) {
      answer.payerMinor = minorIn(bytes, payment.part());
      // All that follows is of no use here; fields are written in the order of their numbers.
      return;
    } else payment.skip();
  }
}

function minorIn(bytes: Buffer, { start, end }: { start: number; end: number }): bigint {
  money.over(bytes, start, end);
  while (money.next()) {
    if (money.field === 2) return money.big();
    money.skip();
  }
  return 0n;
}

function reasonIn(bytes: Buffer, start: number, end: number): string {
  money.over(bytes, start, end);
  while (money.next()) {
    if (money.field !== 2) money.skip();
    else {
      const reason = money.part();
      return bytes.toString('latin1', reason.start, reason.end);
    }
  }
  return 'INTERNAL';
}

function numberIn(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) number = number * 10 + (bytes[at] ?? 0) - 48;
  return number;
}
