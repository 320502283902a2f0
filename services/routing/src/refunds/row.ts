import type { Money } from '@causeway/proto/common';
import type { RefundRecord } from '../payments/record.ts';
import type { Column } from '../payments/row.ts';

/** A row of `refunds` as the driver answers it. */
export interface RefundRow {
  lane: number;
  payment_id: string;
  refund_id: string;
  refund_request_id: string;
  state: 'PENDING' | 'SUCCEEDED';
  due_at: Date | null;
  payee_currency: string;
  payee_minor: bigint;
  payer_currency: string;
  payer_minor: bigint;
  mid_minor: bigint;
  markup_minor: bigint;
  residual_minor: bigint;
  reason: string;
  acquirer_clearing_date: string | null;
  issuer_clearing_date: string | null;
  settlement_currency: string | null;
  settlement_minor: bigint | null;
  created_at: Date;
  updated_at: Date;
  acquirer_covered: boolean | null;
}

export const refundColumns: Column<RefundRecord>[] = [
  { name: 'lane', type: 'smallint', of: (r) => r.lane },
  { name: 'payment_id', type: 'uuid', of: (r) => r.paymentId },
  { name: 'refund_id', type: 'uuid', of: (r) => r.refundId },
  { name: 'refund_request_id', type: 'text', of: (r) => r.refundRequestId },
  { name: 'state', type: 'text', of: (r) => r.state },
  { name: 'due_at', type: 'timestamptz', of: (r) => r.dueAt },
  { name: 'payee_currency', type: 'text', of: (r) => r.payeeAmount.currencyCode },
  { name: 'payee_minor', type: 'bigint', of: (r) => r.payeeAmount.amountMinor },
  { name: 'payer_currency', type: 'text', of: (r) => r.payerAmount.currencyCode },
  { name: 'payer_minor', type: 'bigint', of: (r) => r.payerAmount.amountMinor },
  { name: 'mid_minor', type: 'bigint', of: (r) => r.midMinor },
  { name: 'markup_minor', type: 'bigint', of: (r) => r.markupMinor },
  { name: 'residual_minor', type: 'bigint', of: (r) => r.residualMinor },
  { name: 'reason', type: 'text', of: (r) => r.reason },
  { name: 'acquirer_clearing_date', type: 'date', of: (r) => r.acquirerClearingDate },
  { name: 'issuer_clearing_date', type: 'date', of: (r) => r.issuerClearingDate },
  { name: 'settlement_currency', type: 'text', of: (r) => r.settlementAmount?.currencyCode },
  { name: 'settlement_minor', type: 'bigint', of: (r) => r.settlementAmount?.amountMinor },
  { name: 'created_at', type: 'timestamptz', of: (r) => r.createdAt },
  { name: 'updated_at', type: 'timestamptz', of: (r) => r.updatedAt },
  { name: 'acquirer_covered', type: 'boolean', of: (r) => r.acquirerCovered || null },
];

export function refundOf(row: RefundRow): RefundRecord {
  return {
    lane: row.lane,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    refundRequestId: row.refund_request_id,
    state: row.state,
    dueAt: row.due_at ?? undefined,
    payeeAmount: { currencyCode: row.payee_currency, amountMinor: row.payee_minor },
    payerAmount: { currencyCode: row.payer_currency, amountMinor: row.payer_minor },
    midMinor: row.mid_minor,
    markupMinor: row.markup_minor,
    residualMinor: row.residual_minor,
    reason: row.reason,
    acquirerClearingDate: row.acquirer_clearing_date ?? undefined,
    issuerClearingDate: row.issuer_clearing_date ?? undefined,
    settlementAmount: settlementOf(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    acquirerCovered: row.acquirer_covered ?? false,
  };
}

function settlementOf(row: RefundRow): Money | undefined {
  const { settlement_currency: currencyCode, settlement_minor: amountMinor } = row;
  if (currencyCode === null || amountMinor === null) return undefined;
  return { currencyCode, amountMinor };
}
