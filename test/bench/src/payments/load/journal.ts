import { closeSync, openSync, writeSync } from 'node:fs';
import { PaymentState } from '@causeway/proto/common';
import type { Answer } from './answer.ts';
import type { Order } from './order.ts';

/** What a client knows of a payment that it sent. */
export const OUTCOMES = [
  'SUCCEEDED',
  'DECLINED',
  'PENDING',
  'CANCELLED',
  'REFUSED',
  'UNKNOWN',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One record, and where its parts stand. All records are of one size. */
export const RECORD = {
  bytes: 72,
  number: 0,
  wallet: 4,
  partner: 8,
  outcome: 9,
  paymentId: 12,
  paymentIdBytes: 36,
  askedPayeeMinor: 48,
  payeeMinor: 56,
  payerMinor: 64,
} as const;

const RECORDS_KEPT = 1_024;

const BY_STATE: Readonly<Record<number, Outcome>> = {
  [PaymentState.SUCCEEDED]: 'SUCCEEDED',
  [PaymentState.DECLINED]: 'DECLINED',
  [PaymentState.CANCELLED]: 'CANCELLED',
};

/** The client's log: a record of every payment that was sent, with what was answered. */
export class Journal {
  readonly #file: number;
  readonly #kept = Buffer.alloc(RECORD.bytes * RECORDS_KEPT);
  #records = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** @param bytes the encoded answer that `answer` was read from */
  answered(order: Order, answer: Answer, bytes: Buffer): Outcome {
    const outcome = BY_STATE[answer.state] ?? 'PENDING';
    const at = this.#begin(order, outcome);
    const { paymentIdAt } = answer;
    bytes.copy(this.#kept, at + RECORD.paymentId, paymentIdAt, paymentIdAt + RECORD.paymentIdBytes);
    this.#kept.writeBigInt64LE(answer.payeeMinor, at + RECORD.payeeMinor);
    this.#kept.writeBigInt64LE(answer.payerMinor, at + RECORD.payerMinor);
    this.#end();
    return outcome;
  }

  /** A payment that was refused, and so recorded nowhere, or whose outcome the client never saw. */
  failed(order: Order, outcome: 'REFUSED' | 'UNKNOWN'): void {
    const at = this.#begin(order, outcome);
    this.#kept.fill(0, at + RECORD.paymentId, at + RECORD.askedPayeeMinor);
    this.#kept.fill(0, at + RECORD.payeeMinor, at + RECORD.bytes);
    this.#end();
  }

  /** Writes what is kept in memory. */
  flush(): void {
    writeSync(this.#file, this.#kept, 0, this.#records * RECORD.bytes);
    this.#records = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #begin({ number, wallet, partner, payeeMinor }: Order, outcome: Outcome): number {
    const at = this.#records * RECORD.bytes;
    this.#kept.writeUInt32LE(number, at + RECORD.number);
    this.#kept.writeUInt32LE(wallet, at + RECORD.wallet);
    this.#kept[at + RECORD.partner] = partner;
    this.#kept[at + RECORD.outcome] = OUTCOMES.indexOf(outcome);
    this.#kept.writeBigInt64LE(payeeMinor, at + RECORD.askedPayeeMinor);
    return at;
  }

  #end(): void {
    this.#records += 1;
    if (this.#records === RECORDS_KEPT) this.flush();
  }
}
