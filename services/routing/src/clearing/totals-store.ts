import type { Database } from '@causeway/db';
import { ParticipantKind } from '@causeway/proto/common';
import type { ControlTotal } from '@causeway/proto/routing';
import type { ParticipantKey } from './participants.ts';

interface TotalRow {
  payer_currency: string;
  payee_currency: string;
  item_count: bigint;
  payer_captured: string;
  payee_captured: string;
  payer_refunded: string;
  payee_refunded: string;
  item_hash_sum: string;
}

/** How long the totals of one day may take: a day of millions of payments is read once or twice. */
const TIMEOUT_MS = 120_000;

/** The sides of a payment, by the columns that name a participant and its day. */
const SIDES = {
  acquirer: { id: 'partner_id', date: 'acquirer_clearing_date' },
  issuer: { id: 'issuer_id', date: 'issuer_clearing_date' },
};

// A payment that succeeded and owes something is being cancelled, and has left its day.
const totalsSql = ({ id, date }: { id: string; date: string }) => `
  WITH item AS (
    SELECT 'capture' AS kind, payment_id AS subject_id, payer_currency, payer_minor,
           payee_currency, payee_minor
    FROM payments
    WHERE ${date} = $2::date AND ${id} = $1 AND state = 'SUCCEEDED' AND step = 'DONE'
    UNION ALL
    SELECT 'refund', r.refund_id, r.payer_currency, r.payer_minor, r.payee_currency, r.payee_minor
    FROM refunds r
    JOIN payments p ON p.lane = r.lane AND p.payment_id = r.payment_id AND p.${id} = $1
    WHERE r.${date} = $2::date AND r.state = 'SUCCEEDED'
  ),
  hashed AS (
    SELECT *, sha256(convert_to(
      kind || ' ' || subject_id || ' ' || payer_minor || ' ' || payee_minor, 'UTF8')) AS hash
    FROM item
  )
  SELECT payer_currency, payee_currency, count(*) AS item_count,
    coalesce(sum(payer_minor) FILTER (WHERE kind = 'capture'), 0) AS payer_captured,
    coalesce(sum(payee_minor) FILTER (WHERE kind = 'capture'), 0) AS payee_captured,
    coalesce(sum(payer_minor) FILTER (WHERE kind = 'refund'), 0) AS payer_refunded,
    coalesce(sum(payee_minor) FILTER (WHERE kind = 'refund'), 0) AS payee_refunded,
    sum(('x' || encode(substring(hash FROM 1 FOR 7), 'hex'))::bit(56)::bigint) AS item_hash_sum
  FROM hashed
  GROUP BY payer_currency, payee_currency
  ORDER BY payer_currency COLLATE "C", payee_currency COLLATE "C"`;

const BY_ACQUIRER = totalsSql(SIDES.acquirer);
const BY_ISSUER = totalsSql(SIDES.issuer);

/** What sealed days hold, from payments and refunds. */
export class TotalsStore {
  constructor(private readonly db: Database) {}

  /** One for each pair of currencies, in the order of their codes. */
  async of({ kind, id }: ParticipantKey, date: string): Promise<ControlTotal[]> {
    const sql = kind === ParticipantKind.ACQUIRER ? BY_ACQUIRER : BY_ISSUER;
    const rows = await this.db.transaction((tx) => tx.query<TotalRow>(sql, [id, date]), {
      statementTimeoutMs: TIMEOUT_MS,
    });
    return rows.map(totalOf);
  }
}

function totalOf(row: TotalRow): ControlTotal {
  const { payer_currency: payer, payee_currency: payee } = row;
  return {
    itemCount: row.item_count,
    payerCaptured: money(payer, row.payer_captured),
    payeeCaptured: money(payee, row.payee_captured),
    payerRefunded: money(payer, row.payer_refunded),
    payeeRefunded: money(payee, row.payee_refunded),
    itemHashSum: row.item_hash_sum,
  };
}

function money(currencyCode: string, minor: string) {
  return { currencyCode, amountMinor: BigInt(minor) };
}
