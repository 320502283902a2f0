import { createHash } from 'node:crypto';
import type { ScannedCode } from '@causeway/proto/routing';
import type { TransitTap } from '@causeway/proto/wallet';
import { isUuid, uuidFrom } from '@causeway/runtime';
import { refuse } from '../errors.ts';

/** The permanent idempotency key: the same request of the same partner is the same payment. */
export function paymentIdOf(partnerId: string, paymentRequestId: string): string {
  return uuidFrom('payment', partnerId, paymentRequestId);
}

/** How the request ids of rides begin, and no other. */
const TRANSIT_PREFIX = 'transit:';

/** The payment that a partner means by a request id: a ride's holds the id, which no partner makes. */
export function paymentIdNamed(partnerId: string, paymentRequestId: string): string {
  return ridePaymentIdIn(paymentRequestId) ?? paymentIdOf(partnerId, paymentRequestId);
}

/** Refuses FIELD_INVALID for a request id like those of rides, which name payments by another rule. */
export function assertOwnRequestId({ paymentRequestId }: { paymentRequestId: string }): void {
  if (!paymentRequestId.startsWith(TRANSIT_PREFIX)) return;
  const field = 'payment_request_id';
  const description = `must not begin with "${TRANSIT_PREFIX}"`;
  throw refuse('FIELD_INVALID', `${field} ${description}`, { fields: [{ field, description }] });
}

/** The payment that a ride's request id names; undefined for every other request id. */
export function ridePaymentIdIn(paymentRequestId: string): string | undefined {
  if (!paymentRequestId.startsWith(TRANSIT_PREFIX)) return undefined;
  const paymentId = paymentRequestId.slice(TRANSIT_PREFIX.length);
  return isUuid(paymentId) ? paymentId : undefined;
}

/** The request id of a ride, by which its operator cancels it. */
export function rideRequestIdOf(paymentId: string): string {
  return `${TRANSIT_PREFIX}${paymentId}`;
}

/** The payment of a tap: that of the ride which it begins, or of a loss that is told with it. */
export function tapPaymentIdOf(issuerId: string, { grantId, counter, lossId }: TransitTap): string {
  if (lossId !== '') return uuidFrom('transit_loss', issuerId, grantId, lossId);
  return uuidFrom('transit_tap', issuerId, grantId, String(counter));
}

/** Who pays for a ride: the grant and the counter of its first tap, as a payment keeps them. */
export function tapReferenceOf({ grantId, counter, lossId }: TransitTap): string {
  return [grantId, counter, ...(lossId === '' ? [] : [lossId])].join('/');
}

const TAP_REFERENCE = /^([0-9a-f-]{36})\/(\d{1,10})(?:\/([0-9a-f-]{36}))?$/;

/** The tap that a payment keeps. Throws where it keeps none. */
export function tapIn(reference: string): TransitTap {
  const [, grantId, counter, lossId = ''] = TAP_REFERENCE.exec(reference) ?? [];
  if (grantId === undefined) throw new Error(`${reference} names no tap`);
  return { grantId, counter: Number(counter), lossId };
}

/**
 * The key of a payment that a wallet's user made by scanning a code: the same request of the same
 * operator. No partner has a colon in its id, so that no acquirer's payment can have this one's.
 */
export function scannedPaymentIdOf(issuerId: string, paymentRequestId: string): string {
  return paymentIdOf(`issuer:${issuerId}`, paymentRequestId);
}

/** Unique within its payment, so that it lives in the payment's lane. */
export function refundIdOf(paymentId: string, refundRequestId: string): string {
  return uuidFrom('refund', paymentId, refundRequestId);
}

/** A fact is named by what it is the n-th fact of, never by a counter that a restore can reuse. */
export function factIdOf(paymentId: string, version: number): string {
  return uuidFrom('fact', paymentId, String(version));
}

interface Amount {
  currencyCode: string;
  amountMinor: bigint;
}

/** What an acquirer's requests name besides the payer. */
interface Placed {
  payeeAmount: Amount | undefined;
  merchantId: string;
  storeId: string;
  terminalId: string;
}

/** The first byte of a fingerprint says which list of fields it covers. */
const LISTS = { code: 1, agreement: 2, order: 3, scanned: 4, transit: 5 } as const;

/**
 * What of a request a repeat must match. The order's description may differ between repeats: no
 * money depends on it.
 */
function fingerprintOf(list: keyof typeof LISTS, fields: readonly unknown[]): Uint8Array {
  const digest = createHash('sha256').update(JSON.stringify(fields)).digest();
  return Buffer.concat([Buffer.of(LISTS[list]), digest]);
}

/** Code, currency, amount, merchant, store, terminal. */
export function codeFingerprint(request: Placed & { paymentCode: string }): Uint8Array {
  return fingerprintOf('code', [request.paymentCode, ...placed(request)]);
}

/** Wallet operator, agreement, currency, amount, merchant, store, terminal. */
export function agreementFingerprint(
  request: Placed,
  { issuerId, agreementId }: { issuerId: string; agreementId: string },
): Uint8Array {
  return fingerprintOf('agreement', [issuerId, agreementId, ...placed(request)]);
}

/** Partner, currency, amount, merchant. The tap is in the payment's id. */
export function transitFingerprint(
  partnerId: string,
  payeeAmount: Amount | undefined,
  merchantId: string,
): Uint8Array {
  return fingerprintOf('transit', [partnerId, ...money(payeeAmount), merchantId]);
}

/** Method, currency, amount, merchant, store, terminal. */
export function orderFingerprint(request: Placed & { method: number }): Uint8Array {
  return fingerprintOf('order', [request.method, ...placed(request)]);
}

/** Whether a payment was made as an order, by the fingerprint of its request. */
export function isOrderFingerprint(fingerprint: Uint8Array): boolean {
  return fingerprint[0] === LISTS.order;
}

/** Wallet, currency, amount, tip, and for each target how it is reached. */
export function scannedFingerprint(walletId: string, scanned: ScannedCode): Uint8Array {
  const { payeeAmount, tipAmount, targets } = scanned;
  const reached = targets.map(({ partnerId, schemeId, merchant }) => {
    return [partnerId, schemeId, merchant?.reference?.merchantId];
  });
  return fingerprintOf('scanned', [walletId, ...money(payeeAmount), ...money(tipAmount), reached]);
}

function placed({ payeeAmount, merchantId, storeId, terminalId }: Placed): string[] {
  return [...money(payeeAmount), merchantId, storeId, terminalId];
}

function money(amount: Amount | undefined): [string, string] {
  return [amount?.currencyCode ?? '', String(amount?.amountMinor ?? 0n)];
}

/** Keeps the prefix, which tells the issuer, and the last four digits, for support. */
export function maskCode(code: string): string {
  return `${code.slice(0, 6)}${'*'.repeat(Math.max(code.length - 10, 0))}${code.slice(-4)}`;
}
