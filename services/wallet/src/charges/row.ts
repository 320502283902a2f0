import type { ChargeKey } from './command.ts';
import type { ChargeRecord, ChargeState, DeclineReason } from './record.ts';

/** What is read of a charge `c`; all null where there is none. */
export const CHARGE_COLUMNS = `
  c.state AS "state", c.decline_reason AS "declineReason", c.wallet_id AS "walletId",
  c.agreement_id AS "agreementId", c.grant_id AS "grantId",
  c.amount_minor AS "amountMinor", c.refunded_minor AS "refundedMinor",
  c.refund_count AS "refundCount", c.terms AS "terms", c.allowance_day AS "allowanceDay",
  c.hold_expires_at AS "holdExpiresAt", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

/** A charge as the driver answers it. */
export interface ChargeRow {
  state: ChargeState | null;
  declineReason: DeclineReason | null;
  walletId: string | null;
  agreementId: string | null;
  grantId: string | null;
  amountMinor: bigint | null;
  refundedMinor: bigint;
  refundCount: number;
  terms: Buffer | null;
  allowanceDay: string | null;
  holdExpiresAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The charge in a row; undefined where the row has none. */
export function chargeFrom(key: ChargeKey, row: ChargeRow): ChargeRecord | undefined {
  if (row.state === null) return undefined;
  return {
    lane: key.lane,
    paymentId: key.paymentId,
    state: row.state,
    declineReason: row.declineReason ?? undefined,
    walletId: row.walletId ?? undefined,
    agreementId: row.agreementId ?? undefined,
    grantId: row.grantId ?? undefined,
    amountMinor: row.amountMinor ?? undefined,
    refundedMinor: row.refundedMinor,
    refundCount: row.refundCount,
    terms: row.terms ?? undefined,
    allowanceDay: row.allowanceDay ?? undefined,
    holdExpiresAtMs: row.holdExpiresAt?.getTime(),
    createdAtMs: row.createdAt.getTime(),
    updatedAtMs: row.updatedAt.getTime(),
  };
}
