import { columns, type Tx } from '@causeway/db';
import { writeBooks } from '@causeway/ledger';
import type { ChargeRecord, CodeRecord, RefundRecord, UsageRecord } from './record.ts';
import type { WorkingSet } from './working-set.ts';

const CHARGE_COLUMNS = `
  (lane, payment_id, state, decline_reason, wallet_id, amount_minor, terms, allowance_day,
   refunded_minor, refund_count, hold_expires_at, created_at, updated_at)`;

/**
 * One statement for all rows of a batch. A charge whose id another writer took in the meantime
 * fails it by its key, and the batch is decided again; what exists needs no fence, since the
 * wallet of the charge is locked. Rows that exist are written by INSERT too: it finds each by its
 * key, where an UPDATE that joins would let a plan made on small tables scan them as they grow.
 */
const WRITE = `
  WITH created AS (
    INSERT INTO charges ${CHARGE_COLUMNS}
    SELECT * FROM unnest(
      $1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[], $7::bytea[],
      $8::date[], $9::bigint[], $10::integer[], $11::timestamptz[], $12::timestamptz[],
      $13::timestamptz[])
  ), changed AS (
    INSERT INTO charges ${CHARGE_COLUMNS}
    SELECT * FROM unnest(
      $14::smallint[], $15::uuid[], $16::text[], $17::text[], $18::uuid[], $19::bigint[],
      $20::bytea[], $21::date[], $22::bigint[], $23::integer[], $24::timestamptz[],
      $25::timestamptz[], $26::timestamptz[])
    ON CONFLICT (lane, payment_id) DO UPDATE
       SET state = excluded.state, refunded_minor = excluded.refunded_minor,
           refund_count = excluded.refund_count, hold_expires_at = excluded.hold_expires_at,
           updated_at = excluded.updated_at
  ), refunded AS (
    INSERT INTO charge_refunds (lane, refund_id, payment_id, payer_amount_minor,
                                payee_amount_minor, payee_currency, unclaimed, created_at)
    SELECT * FROM unnest(
      $27::smallint[], $28::uuid[], $29::uuid[], $30::bigint[], $31::bigint[], $32::text[],
      $33::boolean[], $34::timestamptz[])
  ), used AS (
    INSERT INTO payment_codes (lane, code_hash, wallet_id, rate_board_id, expires_at, used_by,
                               used_at)
    SELECT * FROM unnest(
      $35::smallint[], $36::bytea[], $37::uuid[], $38::uuid[], $39::timestamptz[], $40::uuid[],
      $41::timestamptz[])
    ON CONFLICT (lane, code_hash) DO UPDATE
       SET used_by = excluded.used_by, used_at = excluded.used_at
  )
  INSERT INTO limit_usage (lane, wallet_id, period, used_minor)
  SELECT * FROM unnest($42::smallint[], $43::uuid[], $44::text[], $45::bigint[])
  ON CONFLICT (lane, wallet_id, period) DO UPDATE SET used_minor = excluded.used_minor`;

/** Makes all that the batch decided durable, within the caller's transaction: two round trips. */
export async function writeWorkingSet(tx: Tx, set: WorkingSet): Promise<void> {
  const created = set.charges.created();
  const changed = set.charges.changed();
  // A batch of replays decided nothing. Whatever else changes, a charge changes with it.
  if (created.length + changed.length === 0) return;
  await tx.query(WRITE, [
    ...chargeColumns(created),
    ...chargeColumns(changed),
    ...refundColumns(set.refunds.created()),
    ...codeColumns(set.codes.changed(), new Date(set.moment.nowMs)),
    ...usageColumns([...set.usage.created(), ...set.usage.changed()]),
  ]);
  await writeBooks(tx, set.books);
}

function chargeColumns(charges: readonly ChargeRecord[]): string[] {
  return columns(
    charges,
    (charge) => charge.lane,
    (charge) => charge.paymentId,
    (charge) => charge.state,
    (charge) => charge.declineReason,
    (charge) => charge.walletId,
    (charge) => charge.amountMinor,
    (charge) => charge.terms,
    (charge) => charge.allowanceDay,
    (charge) => charge.refundedMinor,
    (charge) => charge.refundCount,
    (charge) => dateOf(charge.holdExpiresAtMs),
    (charge) => dateOf(charge.createdAtMs),
    (charge) => dateOf(charge.updatedAtMs),
  );
}

function refundColumns(refunds: readonly RefundRecord[]): string[] {
  return columns(
    refunds,
    (refund) => refund.lane,
    (refund) => refund.refundId,
    (refund) => refund.paymentId,
    (refund) => refund.payerAmountMinor,
    (refund) => refund.payeeAmountMinor,
    (refund) => refund.payeeCurrency,
    (refund) => refund.unclaimed,
    (refund) => dateOf(refund.createdAtMs),
  );
}

function codeColumns(codes: readonly CodeRecord[], usedAt: Date): string[] {
  return columns(
    codes,
    (code) => code.lane,
    (code) => code.codeHash,
    (code) => code.walletId,
    (code) => code.rateBoardId,
    (code) => dateOf(code.expiresAtMs),
    (code) => code.usedBy,
    () => usedAt,
  );
}

function usageColumns(usage: readonly UsageRecord[]): string[] {
  return columns(
    usage,
    (row) => row.lane,
    (row) => row.walletId,
    (row) => row.period,
    (row) => row.usedMinor,
  );
}

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
