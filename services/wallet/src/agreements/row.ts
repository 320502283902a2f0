import { type RowColumn, rowArray } from '@causeway/db';
import type { AgreementRecord } from './agreement.ts';

/** What is read of an agreement `a`. */
export const AGREEMENT_COLUMNS = `
  a.lane, a.agreement_id AS "agreementId", a.wallet_id AS "walletId",
  a.merchant_id AS "merchantId", a.merchant, a.description, a.state,
  a.suspended_for AS "suspendedFor", a.charge_cap_minor AS "chargeCapMinor",
  a.period_cap_minor AS "periodCapMinor", a.period, a.unpaid_count AS "unpaidCount",
  a.has_paid AS "hasPaid", a.version,
  a.signed_at AS "signedAt", a.updated_at AS "updatedAt"`;

/** An agreement as the driver answers it. */
export interface AgreementRow
  extends Omit<AgreementRecord, 'suspendedFor' | 'signedAtMs' | 'updatedAtMs'> {
  suspendedFor: NonNullable<AgreementRecord['suspendedFor']> | null;
  signedAt: Date;
  updatedAt: Date;
}

/** The agreement in a row; what else the row holds is left out. */
export function agreementFrom(row: AgreementRow): AgreementRecord {
  return {
    lane: row.lane,
    agreementId: row.agreementId,
    walletId: row.walletId,
    merchantId: row.merchantId,
    merchant: row.merchant,
    description: row.description,
    state: row.state,
    suspendedFor: row.suspendedFor ?? undefined,
    chargeCapMinor: row.chargeCapMinor,
    periodCapMinor: row.periodCapMinor,
    period: row.period,
    hasPaid: row.hasPaid,
    unpaidCount: row.unpaidCount,
    version: row.version,
    signedAtMs: row.signedAt.getTime(),
    updatedAtMs: row.updatedAt.getTime(),
  };
}

/**
 * Puts agreements (`agreement_v2[]`) into their table. What was signed never changes, and a new
 * version is one that the acquirer is to be told of.
 */
export function upsertAgreements(parameter: string): string {
  return `
    INSERT INTO agreements (lane, agreement_id, wallet_id, merchant_id, merchant, description,
      state, suspended_for, charge_cap_minor, period_cap_minor, period, unpaid_count, has_paid,
      version, signed_at, updated_at, report_due_at)
    SELECT n.*, n.updated_at FROM unnest(${parameter}::agreement_v2[]) AS n
    ON CONFLICT (lane, agreement_id) DO UPDATE
       SET state = excluded.state, suspended_for = excluded.suspended_for,
           unpaid_count = excluded.unpaid_count, has_paid = excluded.has_paid,
           version = excluded.version, updated_at = excluded.updated_at,
           report_due_at = CASE WHEN excluded.version > agreements.version
             THEN excluded.updated_at ELSE agreements.report_due_at END`;
}

/** Agreements as a parameter of `upsertAgreements`. */
export function agreementRows(agreements: readonly AgreementRecord[]) {
  return rowArray('agreement_v2', agreements, COLUMNS);
}

const COLUMNS: RowColumn<AgreementRecord>[] = [
  { type: 'smallint', of: (agreement) => agreement.lane },
  { type: 'uuid', of: (agreement) => agreement.agreementId },
  { type: 'uuid', of: (agreement) => agreement.walletId },
  { type: 'uuid', of: (agreement) => agreement.merchantId },
  { type: 'bytea', of: (agreement) => agreement.merchant },
  { type: 'text', of: (agreement) => agreement.description },
  { type: 'text', of: (agreement) => agreement.state },
  { type: 'text', of: (agreement) => agreement.suspendedFor },
  { type: 'bigint', of: (agreement) => agreement.chargeCapMinor },
  { type: 'bigint', of: (agreement) => agreement.periodCapMinor },
  { type: 'text', of: (agreement) => agreement.period },
  { type: 'integer', of: (agreement) => agreement.unpaidCount },
  { type: 'boolean', of: (agreement) => agreement.hasPaid },
  { type: 'bigint', of: (agreement) => agreement.version },
  { type: 'timestamptz', of: (agreement) => new Date(agreement.signedAtMs) },
  { type: 'timestamptz', of: (agreement) => new Date(agreement.updatedAtMs) },
];
