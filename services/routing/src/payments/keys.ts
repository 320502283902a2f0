import { createHash } from 'node:crypto';
import { uuidFrom } from '@causeway/runtime';

/** The permanent idempotency key: the same request of the same partner is the same payment. */
export function paymentIdOf(partnerId: string, paymentRequestId: string): string {
  return uuidFrom('payment', partnerId, paymentRequestId);
}

/** Unique within its payment, so that it lives in the payment's lane. */
export function refundIdOf(paymentId: string, refundRequestId: string): string {
  return uuidFrom('refund', paymentId, refundRequestId);
}

/** A fact is named by what it is the n-th fact of, never by a counter that a restore can reuse. */
export function factIdOf(paymentId: string, version: number): string {
  return uuidFrom('fact', paymentId, String(version));
}

/** What of a request a repeat must match. */
export interface Fingerprinted {
  paymentCode: string;
  payeeAmount: { currencyCode: string; amountMinor: bigint };
  merchantId: string;
  storeId: string;
  terminalId: string;
}

/** The first byte of a fingerprint says which list of fields it covers. */
const FINGERPRINT_VERSION = 1;

/**
 * Version 1: code, currency, amount, merchant, store, terminal. The order's description may
 * differ between repeats: no money depends on it.
 */
export function fingerprintOf(request: Fingerprinted): Uint8Array {
  const { paymentCode, payeeAmount, merchantId, storeId, terminalId } = request;
  const fields = [
    paymentCode,
    payeeAmount.currencyCode,
    String(payeeAmount.amountMinor),
    merchantId,
    storeId,
    terminalId,
  ];
  const digest = createHash('sha256').update(JSON.stringify(fields)).digest();
  return Buffer.concat([Buffer.of(FINGERPRINT_VERSION), digest]);
}

/** Keeps the prefix, which tells the issuer, and the last four digits, for support. */
export function maskCode(code: string): string {
  return `${code.slice(0, 6)}${'*'.repeat(Math.max(code.length - 10, 0))}${code.slice(-4)}`;
}
