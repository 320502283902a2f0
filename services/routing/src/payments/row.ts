import type { RowColumn } from '@causeway/db';
import type { Money } from '@causeway/proto/common';
import { Journey, type Settlement } from '@causeway/proto/routing';
import { ChargeTerms } from '@causeway/proto/wallet';
import type { PaymentRecord, State, Step } from './record.ts';

/** A row of `payments` as the driver answers it. */
export interface PaymentRow {
  lane: number;
  payment_id: string;
  version: number;
  state: State;
  step: Step;
  due_at: Date | null;
  decline_reason: number;
  method: number;
  partner_id: string;
  payment_request_id: string;
  fingerprint: Buffer | null;
  issuer_id: string | null;
  route_id: string | null;
  payer_reference: string;
  wallet_id: string | null;
  payee_currency: string | null;
  payee_minor: bigint | null;
  payer_currency: string | null;
  payer_minor: bigint | null;
  terms: Buffer | null;
  journey: Buffer | null;
  route_decision: Buffer | null;
  order_description: string;
  refunded_payee_minor: bigint;
  refunded_payer_minor: bigint;
  acquirer_clearing_date: string | null;
  issuer_clearing_date: string | null;
  settlement_currency: string | null;
  settlement_minor: bigint | null;
  settlement_rate: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date | null;
  issuer_covered: boolean | null;
  acquirer_covered: boolean | null;
}

export function recordOf(row: PaymentRow): PaymentRecord {
  return {
    lane: row.lane,
    paymentId: row.payment_id,
    version: row.version,
    state: row.state,
    step: row.step,
    dueAt: row.due_at ?? undefined,
    declineReason: row.decline_reason,
    method: row.method,
    partnerId: row.partner_id,
    paymentRequestId: row.payment_request_id,
    fingerprint: row.fingerprint ?? undefined,
    issuerId: row.issuer_id ?? undefined,
    routeId: row.route_id ?? undefined,
    payerReference: row.payer_reference,
    walletId: row.wallet_id ?? undefined,
    payeeAmount: money(row.payee_currency, row.payee_minor),
    payerAmount: money(row.payer_currency, row.payer_minor),
    terms: row.terms ? ChargeTerms.decode(row.terms) : undefined,
    orderDescription: row.order_description,
    journey: row.journey ? Journey.decode(row.journey) : undefined,
    routeDecision: row.route_decision ?? undefined,
    refundedPayeeMinor: row.refunded_payee_minor,
    refundedPayerMinor: row.refunded_payer_minor,
    acquirerClearingDate: row.acquirer_clearing_date ?? undefined,
    issuerClearingDate: row.issuer_clearing_date ?? undefined,
    settlement: settlementOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at ?? undefined,
    issuerCovered: row.issuer_covered ?? false,
    acquirerCovered: row.acquirer_covered ?? false,
  };
}

function settlementOf(row: PaymentRow): Settlement | undefined {
  const amount = money(row.settlement_currency, row.settlement_minor);
  return amount && { amount, rate: row.settlement_rate ?? '' };
}

const encoded = new WeakMap<ChargeTerms, Uint8Array>();

/** A payment is written twice within moments, and its terms are the same object both times. */
function encodedTerms(terms: ChargeTerms): Uint8Array {
  const known = encoded.get(terms);
  if (known !== undefined) return known;
  const bytes = ChargeTerms.encode(terms).finish();
  encoded.set(terms, bytes);
  return bytes;
}

function money(currencyCode: string | null, amountMinor: bigint | null): Money | undefined {
  if (currencyCode === null || amountMinor === null) return undefined;
  return { currencyCode, amountMinor };
}

/** One column: its name and type in SQL, and its value in a record. */
export interface Column<Record> extends RowColumn<Record> {
  name: string;
}

/** What names a payment. */
export const keyColumns: Column<PaymentRecord>[] = [
  { name: 'lane', type: 'smallint', of: (p) => p.lane },
  { name: 'payment_id', type: 'uuid', of: (p) => p.paymentId },
];

/** What the first commit writes and no later one changes. */
export const fixedColumns: Column<PaymentRecord>[] = [
  { name: 'method', type: 'smallint', of: (p) => p.method },
  { name: 'payment_request_id', type: 'text', of: (p) => p.paymentRequestId },
  { name: 'fingerprint', type: 'bytea', of: (p) => p.fingerprint },
  { name: 'order_description', type: 'text', of: (p) => p.orderDescription },
  { name: 'created_at', type: 'timestamptz', of: (p) => p.createdAt },
];

/** What every decision writes. */
export const changingColumns: Column<PaymentRecord>[] = [
  { name: 'partner_id', type: 'text', of: (p) => p.partnerId },
  { name: 'issuer_id', type: 'text', of: (p) => p.issuerId },
  { name: 'route_id', type: 'text', of: (p) => p.routeId },
  { name: 'expires_at', type: 'timestamptz', of: (p) => p.expiresAt },
  { name: 'version', type: 'integer', of: (p) => p.version },
  { name: 'state', type: 'text', of: (p) => p.state },
  { name: 'step', type: 'text', of: (p) => p.step },
  { name: 'due_at', type: 'timestamptz', of: (p) => p.dueAt },
  { name: 'decline_reason', type: 'smallint', of: (p) => p.declineReason },
  { name: 'payer_reference', type: 'text', of: (p) => p.payerReference },
  { name: 'wallet_id', type: 'text', of: (p) => p.walletId },
  { name: 'payee_currency', type: 'text', of: (p) => p.payeeAmount?.currencyCode },
  { name: 'payee_minor', type: 'bigint', of: (p) => p.payeeAmount?.amountMinor },
  { name: 'payer_currency', type: 'text', of: (p) => p.payerAmount?.currencyCode },
  { name: 'payer_minor', type: 'bigint', of: (p) => p.payerAmount?.amountMinor },
  { name: 'terms', type: 'bytea', of: (p) => p.terms && encodedTerms(p.terms) },
  { name: 'journey', type: 'bytea', of: (p) => p.journey && Journey.encode(p.journey).finish() },
  { name: 'route_decision', type: 'bytea', of: (p) => p.routeDecision },
  { name: 'refunded_payee_minor', type: 'bigint', of: (p) => p.refundedPayeeMinor },
  { name: 'refunded_payer_minor', type: 'bigint', of: (p) => p.refundedPayerMinor },
  { name: 'acquirer_clearing_date', type: 'date', of: (p) => p.acquirerClearingDate },
  { name: 'issuer_clearing_date', type: 'date', of: (p) => p.issuerClearingDate },
  { name: 'settlement_currency', type: 'text', of: (p) => p.settlement?.amount?.currencyCode },
  { name: 'settlement_minor', type: 'bigint', of: (p) => p.settlement?.amount?.amountMinor },
  { name: 'settlement_rate', type: 'text', of: (p) => p.settlement?.rate },
  { name: 'updated_at', type: 'timestamptz', of: (p) => p.updatedAt },
  // Null where not: a row that nobody's cover was taken for is no longer than before.
  { name: 'issuer_covered', type: 'boolean', of: (p) => p.issuerCovered || null },
  { name: 'acquirer_covered', type: 'boolean', of: (p) => p.acquirerCovered || null },
];
