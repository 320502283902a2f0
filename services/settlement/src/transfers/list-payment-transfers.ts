import type { Queryable } from '@causeway/db';
import type { Transfer } from '@causeway/proto/settlement';
import { isUuid, laneOf, Refusal } from '@causeway/runtime';
import { HOUSE } from '../booking/chart.ts';
import { type TransferRow, transfersOfPayment } from './store.ts';

/**
 * The transfers of one payment and its refunds, in the order in which they were posted. Throws
 * FIELD_INVALID, PAYMENT_NOT_BOOKED.
 */
export async function listPaymentTransfers(db: Queryable, paymentId: string): Promise<Transfer[]> {
  if (!isUuid(paymentId)) {
    const fields = [{ field: 'payment_id', description: 'must be a UUID in lower case' }];
    throw new Refusal('FIELD_INVALID', 'not valid: payment_id', { fields });
  }
  const rows = await transfersOfPayment(db, laneOf(paymentId), paymentId);
  if (rows.length === 0) throw new Refusal('PAYMENT_NOT_BOOKED', 'nothing is booked for it');
  return inOrder(rows).map(toTransfer);
}

/** Within one commit, which has one time, the order is that in which a payment goes. */
const ORDER = ['capture', 'refund', 'cancel', 'direct', 'mid', 'markup', 'residual', 'payee'];

function inOrder(rows: readonly TransferRow[]): TransferRow[] {
  return rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf(row: TransferRow): string {
  const [what = '', part = ''] = row.step.split('.').map((word) => String(ORDER.indexOf(word)));
  const group = row.linkId ?? row.transferId;
  return [row.postedAt.toISOString(), what, group, part].join(' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function toTransfer(row: TransferRow): Transfer {
  return {
    transferId: row.transferId,
    debitAccount: nameOf(row.debitCode, row.debitOwner),
    creditAccount: nameOf(row.creditCode, row.creditOwner),
    amount: { currencyCode: row.currencyCode, amountMinor: row.amountMinor },
    step: row.step,
    postTime: row.postedAt,
  };
}

function nameOf(code: string, owner: string): string {
  return owner === HOUSE ? code : `${code} ${owner}`;
}
