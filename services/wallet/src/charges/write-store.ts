import { type RowColumn, rowArray, type Tx } from '@causeway/db';
import { writeBooks } from '@causeway/ledger';
import { writeAgreements } from './agreement-store.ts';
import { writeGrants } from './grant-store.ts';
import type { ChargeRecord, CodeRecord, RefundRecord, UsageRecord } from './record.ts';
import type { Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

const CHARGE_COLUMNS = `
  (lane, payment_id, state, decline_reason, wallet_id, agreement_id, amount_minor, terms,
   allowance_day, refunded_minor, refund_count, hold_expires_at, created_at, updated_at, grant_id)`;

/**
 * One statement for all rows of a batch. A charge whose id another writer took in the meantime
 * fails it by its key, and the batch is decided again; what exists needs no fence, since the
 * wallet of the charge is locked. Rows that exist are written by INSERT too: it finds each by its
 * key, where an UPDATE that joins would let a plan made on small tables scan them as they grow.
 */
const WRITE = `
  WITH created AS (
    INSERT INTO charges ${CHARGE_COLUMNS} SELECT * FROM unnest($1::charge_v3[])
  ), changed AS (
    INSERT INTO charges ${CHARGE_COLUMNS} SELECT * FROM unnest($2::charge_v3[])
    ON CONFLICT (lane, payment_id) DO UPDATE
       SET state = excluded.state, refunded_minor = excluded.refunded_minor,
           refund_count = excluded.refund_count, hold_expires_at = excluded.hold_expires_at,
           updated_at = excluded.updated_at
  ), refunded AS (
    INSERT INTO charge_refunds (lane, refund_id, payment_id, payer_amount_minor,
                                payee_amount_minor, payee_currency, unclaimed, created_at)
    SELECT * FROM unnest($3::charge_refund_v1[])
  ), used AS (
    INSERT INTO payment_codes (lane, code_hash, wallet_id, rate_board_id, expires_at, used_by,
                               used_at)
    SELECT * FROM unnest($4::used_code_v1[])
    ON CONFLICT (lane, code_hash) DO UPDATE
       SET used_by = excluded.used_by, used_at = excluded.used_at
  )
  INSERT INTO limit_usage (lane, wallet_id, period, used_minor)
  SELECT * FROM unnest($5::limit_usage_v1[])
  ON CONFLICT (lane, wallet_id, period) DO UPDATE SET used_minor = excluded.used_minor`;

/**
 * Makes all that the batch decided durable, within the caller's transaction: two round trips,
 * and one more where an agreement was charged or arrears changed.
 */
export async function writeWorkingSet(tx: Tx, set: WorkingSet, rules: Rules): Promise<void> {
  const created = set.charges.created();
  const changed = set.charges.changed();
  // A batch of replays decided nothing. Whatever else changes, a charge changes with it.
  if (created.length + changed.length === 0) return;
  const usage = [...set.usage.created(), ...set.usage.changed()];
  await tx.query(WRITE, [
    rowArray('charge_v3', created, CHARGE),
    rowArray('charge_v3', changed, CHARGE),
    rowArray('charge_refund_v1', set.refunds.created(), REFUND),
    rowArray('used_code_v1', set.codes.changed(), usedCode(new Date(set.moment.nowMs))),
    rowArray('limit_usage_v1', usage, USAGE),
  ]);
  await writeAgreements(tx, set, rules);
  await writeGrants(tx, set);
  await writeBooks(tx, set.books);
}

const CHARGE: RowColumn<ChargeRecord>[] = [
  { type: 'smallint', of: (charge) => charge.lane },
  { type: 'uuid', of: (charge) => charge.paymentId },
  { type: 'text', of: (charge) => charge.state },
  { type: 'text', of: (charge) => charge.declineReason },
  { type: 'uuid', of: (charge) => charge.walletId },
  { type: 'uuid', of: (charge) => charge.agreementId },
  { type: 'bigint', of: (charge) => charge.amountMinor },
  { type: 'bytea', of: (charge) => charge.terms },
  { type: 'date', of: (charge) => charge.allowanceDay },
  { type: 'bigint', of: (charge) => charge.refundedMinor },
  { type: 'integer', of: (charge) => charge.refundCount },
  { type: 'timestamptz', of: (charge) => dateOf(charge.holdExpiresAtMs) },
  { type: 'timestamptz', of: (charge) => dateOf(charge.createdAtMs) },
  { type: 'timestamptz', of: (charge) => dateOf(charge.updatedAtMs) },
  { type: 'uuid', of: (charge) => charge.grantId },
];

const REFUND: RowColumn<RefundRecord>[] = [
  { type: 'smallint', of: (refund) => refund.lane },
  { type: 'uuid', of: (refund) => refund.refundId },
  { type: 'uuid', of: (refund) => refund.paymentId },
  { type: 'bigint', of: (refund) => refund.payerAmountMinor },
  { type: 'bigint', of: (refund) => refund.payeeAmountMinor },
  { type: 'text', of: (refund) => refund.payeeCurrency },
  { type: 'boolean', of: (refund) => refund.unclaimed },
  { type: 'timestamptz', of: (refund) => dateOf(refund.createdAtMs) },
];

const usedCode = (usedAt: Date): RowColumn<CodeRecord>[] => [
  { type: 'smallint', of: (code) => code.lane },
  { type: 'bytea', of: (code) => code.codeHash },
  { type: 'uuid', of: (code) => code.walletId },
  { type: 'uuid', of: (code) => code.rateBoardId },
  { type: 'timestamptz', of: (code) => dateOf(code.expiresAtMs) },
  { type: 'uuid', of: (code) => code.usedBy },
  { type: 'timestamptz', of: () => usedAt },
];

const USAGE: RowColumn<UsageRecord>[] = [
  { type: 'smallint', of: (row) => row.lane },
  { type: 'uuid', of: (row) => row.walletId },
  { type: 'text', of: (row) => row.period },
  { type: 'bigint', of: (row) => row.usedMinor },
];

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
