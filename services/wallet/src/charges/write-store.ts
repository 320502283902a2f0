import { columns, type Tx } from '@causeway/db';
import { writeBooks } from '@causeway/ledger';
import type { ChargeRecord, CodeRecord, RefundRecord, UsageRecord } from './record.ts';
import type { WorkingSet } from './working-set.ts';

/**
 * One statement for all rows of a batch. A charge whose id another writer took in the meantime
 * fails it by its key, and the batch is decided again; updates need no fence, since the wallet of
 * the charge is locked. The counts prove that every update found its row.
 */
const WRITE = `
  WITH created AS (
    INSERT INTO charges (lane, payment_id, state, decline_reason, wallet_id, amount_minor, terms,
                         allowance_day, refunded_minor, refund_count, hold_expires_at, created_at,
                         updated_at)
    SELECT * FROM unnest(
      $1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::bigint[], $7::bytea[],
      $8::date[], $9::bigint[], $10::integer[], $11::timestamptz[], $12::timestamptz[],
      $13::timestamptz[])
  ), changed AS (
    UPDATE charges c
       SET state = new.state, refunded_minor = new.refunded_minor,
           refund_count = new.refund_count, hold_expires_at = new.hold_expires_at,
           updated_at = new.updated_at
      FROM unnest(
        $14::smallint[], $15::uuid[], $16::text[], $17::bigint[], $18::integer[],
        $19::timestamptz[], $20::timestamptz[]
      ) AS new (lane, payment_id, state, refunded_minor, refund_count, hold_expires_at, updated_at)
     WHERE c.lane = new.lane AND c.payment_id = new.payment_id
    RETURNING 1
  ), refunded AS (
    INSERT INTO charge_refunds (lane, refund_id, payment_id, payer_amount_minor,
                                payee_amount_minor, payee_currency, unclaimed, created_at)
    SELECT * FROM unnest(
      $21::smallint[], $22::uuid[], $23::uuid[], $24::bigint[], $25::bigint[], $26::text[],
      $27::boolean[], $28::timestamptz[])
  ), used AS (
    UPDATE payment_codes p SET used_by = new.used_by, used_at = new.used_at
      FROM unnest($29::smallint[], $30::bytea[], $31::uuid[], $32::timestamptz[])
        AS new (lane, code_hash, used_by, used_at)
     WHERE p.lane = new.lane AND p.code_hash = new.code_hash AND p.used_by IS NULL
    RETURNING 1
  ), spent AS (
    INSERT INTO limit_usage (lane, wallet_id, period, used_minor)
    SELECT * FROM unnest($33::smallint[], $34::uuid[], $35::text[], $36::bigint[])
    ON CONFLICT (lane, wallet_id, period) DO UPDATE SET used_minor = excluded.used_minor
  )
  SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM used) AS updated`;

/** Makes all that the batch decided durable, within the caller's transaction: two round trips. */
export async function writeWorkingSet(tx: Tx, set: WorkingSet): Promise<void> {
  const created = set.charges.created();
  const changed = set.charges.changed();
  const used = set.codes.changed();
  // A batch of replays decided nothing. Whatever else changes, a charge changes with it.
  if (created.length + changed.length === 0) return;
  const usedAt = new Date(set.moment.nowMs);
  const [row] = await tx.query<{ updated: bigint }>(WRITE, [
    ...createdColumns(created),
    ...changedColumns(changed),
    ...refundColumns(set.refunds.created()),
    ...codeColumns(used, usedAt),
    ...usageColumns([...set.usage.created(), ...set.usage.changed()]),
  ]);
  const expected = changed.length + used.length;
  if (row?.updated !== BigInt(expected)) {
    throw new Error(`${row?.updated} of ${expected} charges and codes were there to update`);
  }
  await writeBooks(tx, set.books);
}

function createdColumns(charges: readonly ChargeRecord[]): string[] {
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

function changedColumns(charges: readonly ChargeRecord[]): string[] {
  return columns(
    charges,
    (charge) => charge.lane,
    (charge) => charge.paymentId,
    (charge) => charge.state,
    (charge) => charge.refundedMinor,
    (charge) => charge.refundCount,
    (charge) => dateOf(charge.holdExpiresAtMs),
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
