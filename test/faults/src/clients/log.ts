import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { Payment, Refund } from '@causeway/proto/common';

/** One call of a client and what it was answered. */
export interface Call {
  /** Whose certificate or wallet. */
  who: string;
  /** `payments.createPayment` */
  method: string;
  request: unknown;
  outcome: 'answered' | 'refused' | 'unknown';
  /** Why it was refused, or what failed. */
  reason?: string;
  response?: unknown;
}

/** A payment as some client was told of it. */
export interface Told {
  who: string;
  method: string;
  payment: Payment;
}

/** A refund as some client was told of it. */
export interface ToldRefund {
  who: string;
  refund: Refund;
}

/** Effects whose answers are held to the databases besides payments and refunds. */
const KEPT = new Set([
  ...['wallets.openWallet', 'wallets.topUp', 'wallets.signAgreement', 'float.proveFloat'],
  ...['float.recordSettlement', 'merchants.createMerchant', 'codes.createMerchantCode'],
  ...['agreements.createAgreement', 'adjustments.postAdjustment', 'disputes.openDispute'],
  ...['treasury.coverExposure', 'payments.cancelPayment'],
]);

/**
 * Every answer that clients were given: each call is a line of JSON in a file, and what the judge
 * holds to the databases is kept.
 */
export class ClientLog {
  readonly told: Told[] = [];
  readonly refunds: ToldRefund[] = [];
  /** Calls for other effects, those that were not answered included. */
  readonly effects: Call[] = [];
  /** How many calls were answered. */
  answered = 0;
  readonly #file: WriteStream;

  /** @param path where the lines go */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = createWriteStream(path, { flags: 'w', mode: 0o600 });
  }

  /** Writes a call down. */
  add(call: Call): void {
    this.#file.write(`${JSON.stringify({ at: new Date().toISOString(), ...call }, plain)}\n`);
    if (KEPT.has(call.method)) this.effects.push(call);
    if (call.outcome !== 'answered') return;
    this.answered += 1;
    const { who, method, response } = call;
    for (const payment of paymentsIn(response)) this.told.push({ who, method, payment });
    for (const refund of refundsIn(response)) this.refunds.push({ who, refund });
  }

  /** Waits until all is in the file. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#file.end(resolve);
    });
  }
}

/** Whatever the answer, a payment stands in `payment`, or several in `payments`. */
function paymentsIn(response: unknown): Payment[] {
  const { payment, payments } = (response ?? {}) as { payment?: unknown; payments?: unknown };
  return [payment, ...(Array.isArray(payments) ? payments : [])].filter(isPayment);
}

function refundsIn(response: unknown): Refund[] {
  const { refund, refunds } = (response ?? {}) as { refund?: unknown; refunds?: unknown };
  return [refund, ...(Array.isArray(refunds) ? refunds : [])].filter(isRefund);
}

function isPayment(value: unknown): value is Payment {
  return isObject(value) && 'paymentRequestId' in value && 'version' in value && 'state' in value;
}

function isRefund(value: unknown): value is Refund {
  return isObject(value) && 'refundId' in value && 'refundRequestId' in value && 'state' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  // Files and keys tell nothing here.
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}
