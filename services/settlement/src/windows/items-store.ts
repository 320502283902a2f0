import type { Database, Queryable, Tx } from '@causeway/db';
import type { Side } from '../participants.ts';
import type { PricedItem } from './item.ts';
import type { WindowKey } from './window.ts';

/** What stands for the side in the columns of a booking `b`. Constant texts, since they are prepared. */
export const SIDE_COLUMNS = {
  acquirer: {
    participant: 'partner_id',
    date: 'acquirer_clearing_date',
    currency: 'coalesce(b.settlement_currency, b.payee_currency)',
    minor: (row: string) => `coalesce(${row}.settlement_minor, ${row}.payee_minor)`,
  },
  issuer: {
    participant: 'issuer_id',
    date: 'issuer_clearing_date',
    currency: 'b.payer_currency',
    minor: (row: string) => `${row}.payer_minor`,
  },
} as const;

/**
 * The bookings of a window ($1 the participant, $2 the day): what was captured and not cancelled, and
 * what was refunded. Cancelled payments carry no fee and are in no file.
 */
export const inWindow = (side: Side) => `
  FROM bookings b
 WHERE b.${SIDE_COLUMNS[side].participant} = $1 AND b.${SIDE_COLUMNS[side].date} = $2
   AND b.kind IN ('capture', 'refund')
   AND NOT (b.kind = 'capture' AND EXISTS (
     SELECT FROM bookings c WHERE c.lane = b.lane AND c.payment_id = b.payment_id
       AND c.kind = 'cancel' AND c.subject_id = b.payment_id))`;

const itemsSql = (side: Side, onlyFirst = '') => {
  const { date, currency, minor } = SIDE_COLUMNS[side];
  return `
  SELECT b.*, captured.*, refunded.* FROM (
    SELECT b.lane, b.kind, b.payment_id, b.subject_id, b.request_id, b.merchant_id, b.issuer_id,
           b.partner_id, b.payer_currency, b.payee_currency, b.payer_minor, b.payee_minor,
           b.mid_minor, b.markup_minor, b.residual_minor, b.quote_id, b.rate, b.mid_rate,
           b.settlement_currency, b.settlement_minor, b.settlement_rate, b.occurred_at,
           b.acquirer_clearing_date, b.issuer_clearing_date, ${currency} AS side_currency
    ${inWindow(side)} ${onlyFirst}) AS b
  LEFT JOIN LATERAL (
    SELECT c.${date} AS captured_on, ${minor('c')} AS captured_minor FROM bookings c
     WHERE b.kind = 'refund' AND c.lane = b.lane AND c.payment_id = b.payment_id
       AND c.kind = 'capture' AND c.subject_id = b.payment_id OFFSET 0) AS captured ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(${minor('r')}), 0)::bigint AS refunded_before FROM bookings r
     WHERE b.kind = 'refund' AND r.lane = b.lane AND r.payment_id = b.payment_id
       AND r.kind = 'refund' AND (r.${date}, r.subject_id) < (b.${date}, b.subject_id)
     OFFSET 0) AS refunded ON true
  ORDER BY side_currency, b.payment_id, b.kind, b.subject_id`;
};

const ITEMS: Record<Side, string> = {
  acquirer: `DECLARE items CURSOR FOR ${itemsSql('acquirer')}`,
  issuer: `DECLARE items CURSOR FOR ${itemsSql('issuer')}`,
};

// Chosen before anything is looked up for them.
const FIRST = 'ORDER BY side_currency, b.payment_id, b.kind, b.subject_id LIMIT $3';
const FIRST_ITEMS: Record<Side, string> = {
  acquirer: itemsSql('acquirer', FIRST),
  issuer: itemsSql('issuer', FIRST),
};

interface ItemRow {
  kind: 'capture' | 'refund';
  payment_id: string;
  subject_id: string;
  request_id: string;
  merchant_id: string | null;
  issuer_id: string;
  partner_id: string;
  payer_currency: string;
  payee_currency: string;
  payer_minor: bigint;
  payee_minor: bigint;
  mid_minor: bigint;
  markup_minor: bigint;
  residual_minor: bigint;
  quote_id: string | null;
  rate: string | null;
  mid_rate: string | null;
  settlement_currency: string | null;
  settlement_minor: bigint | null;
  settlement_rate: string | null;
  occurred_at: Date;
  acquirer_clearing_date: string;
  issuer_clearing_date: string;
  captured_on: string | null;
  captured_minor: bigint | null;
  refunded_before: bigint;
}

const PAGE = 1_000;

/** Sorting a day of a million payments takes longer than any other statement may. */
const READ_TIMEOUT_MS = 10 * 60_000;

// A report reads much: it sorts in memory where it can, and may wait between two pages.
const FOR_REPORTS = `
  SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL work_mem = '64MB'; SET LOCAL idle_in_transaction_session_timeout = '10min';
  SELECT 1`;

/**
 * Hands the lines of a window to `use`, page by page, all as of one moment: by currency, then payment
 * id, kind and subject. Memory stays that of a page, however many there are.
 */
export function withItems<T>(
  db: Database,
  { participant: { kind, id }, clearingDate }: WindowKey,
  use: (items: AsyncIterable<PricedItem>) => Promise<T>,
): Promise<T> {
  return db.transaction(
    async (tx) => {
      await tx.query(FOR_REPORTS);
      await tx.query(ITEMS[kind], [id, clearingDate]);
      return use(pages(tx));
    },
    { statementTimeoutMs: READ_TIMEOUT_MS },
  );
}

/** The first lines of a window in that order, however many there are. */
export async function firstItems(
  db: Database,
  { participant: { kind, id }, clearingDate }: WindowKey,
  limit: number,
): Promise<PricedItem[]> {
  return db.transaction(
    async (tx) => {
      await tx.query(FOR_REPORTS);
      const rows = await tx.query<ItemRow>(FIRST_ITEMS[kind], [id, clearingDate, limit]);
      return rows.map(itemOf);
    },
    { statementTimeoutMs: READ_TIMEOUT_MS },
  );
}

async function* pages(tx: Tx): AsyncGenerator<PricedItem> {
  for (;;) {
    const rows = await tx.query<ItemRow>(`FETCH ${PAGE} FROM items`, []);
    for (const row of rows) yield itemOf(row);
    if (rows.length < PAGE) return;
  }
}

function itemOf(row: ItemRow): PricedItem {
  const { settlement_currency: currencyCode, settlement_minor: settled } = row;
  return {
    kind: row.kind,
    paymentId: row.payment_id,
    subjectId: row.subject_id,
    requestId: row.request_id,
    merchantId: row.merchant_id ?? undefined,
    issuerId: row.issuer_id,
    partnerId: row.partner_id,
    payer: { currencyCode: row.payer_currency, amountMinor: row.payer_minor },
    payee: { currencyCode: row.payee_currency, amountMinor: row.payee_minor },
    midMinor: row.mid_minor,
    markupMinor: row.markup_minor,
    residualMinor: row.residual_minor,
    quoteId: row.quote_id ?? undefined,
    rate: row.rate ?? undefined,
    midRate: row.mid_rate ?? undefined,
    settlement:
      currencyCode === null || settled === null
        ? undefined
        : { currencyCode, amountMinor: settled },
    settlementRate: row.settlement_rate ?? undefined,
    occurredAt: row.occurred_at,
    acquirerClearingDate: row.acquirer_clearing_date,
    issuerClearingDate: row.issuer_clearing_date,
    refundOf: refundOf(row),
  };
}

function refundOf(row: ItemRow): PricedItem['refundOf'] {
  if (row.kind === 'capture') return undefined;
  const { captured_on: capturedOn, captured_minor: capturedMinor } = row;
  if (capturedOn === null || capturedMinor === null) {
    throw new Error(`refund ${row.subject_id} is booked and its payment is not`);
  }
  return { capturedOn, capturedMinor, refundedBeforeMinor: row.refunded_before };
}

/** What a window holds in one pair of currencies: to be compared with routing's control totals. */
export interface BookedTotal {
  itemCount: bigint;
  payerCurrency: string;
  payeeCurrency: string;
  payerCapturedMinor: bigint;
  payeeCapturedMinor: bigint;
  payerRefundedMinor: bigint;
  payeeRefundedMinor: bigint;
  /** As `ControlTotal.item_hash_sum` of routing's proto. */
  itemHashSum: string;
}

const ITEM_HASH = `
  ('x' || encode(substring(sha256(convert_to(
     concat_ws(' ', b.kind, b.subject_id, b.payer_minor, b.payee_minor), 'UTF8')) FROM 1 FOR 7), 'hex')
  )::bit(56)::bigint`;

const totalsSql = (side: Side) => `
  SELECT count(*) AS "itemCount", b.payer_currency AS "payerCurrency",
         b.payee_currency AS "payeeCurrency",
         coalesce(sum(b.payer_minor) FILTER (WHERE b.kind = 'capture'), 0)::bigint
           AS "payerCapturedMinor",
         coalesce(sum(b.payee_minor) FILTER (WHERE b.kind = 'capture'), 0)::bigint
           AS "payeeCapturedMinor",
         coalesce(sum(b.payer_minor) FILTER (WHERE b.kind = 'refund'), 0)::bigint
           AS "payerRefundedMinor",
         coalesce(sum(b.payee_minor) FILTER (WHERE b.kind = 'refund'), 0)::bigint
           AS "payeeRefundedMinor",
         sum(${ITEM_HASH})::text AS "itemHashSum"
  ${inWindow(side)}
   GROUP BY b.payer_currency, b.payee_currency ORDER BY b.payer_currency, b.payee_currency`;

const TOTALS: Record<Side, string> = {
  acquirer: totalsSql('acquirer'),
  issuer: totalsSql('issuer'),
};

/** What a window holds, pair by pair in the order of the currencies. */
export function bookedTotals(
  db: Database,
  { participant: { kind, id }, clearingDate }: WindowKey,
): Promise<BookedTotal[]> {
  return db.transaction((tx) => tx.query<BookedTotal>(TOTALS[kind], [id, clearingDate]), {
    statementTimeoutMs: READ_TIMEOUT_MS,
  });
}

/** What an acquirer's window holds in another currency than it is settled in. */
export interface ConvertedTotal {
  fromCurrency: string;
  /** Captured less refunded, in minor units of `fromCurrency`; may be below zero. */
  fromMinor: bigint;
  toCurrency: string;
  /** Likewise, at the rates of the payments. */
  toMinor: bigint;
}

/** What of an acquirer's window is settled in another currency, pair by pair. */
export function convertedTotals(
  db: Queryable,
  { participant: { kind, id }, clearingDate }: WindowKey,
): Promise<ConvertedTotal[]> {
  if (kind === 'issuer') return Promise.resolve([]);
  return db.query(
    `SELECT b.payee_currency AS "fromCurrency", b.settlement_currency AS "toCurrency",
            sum(CASE b.kind WHEN 'capture' THEN b.payee_minor ELSE -b.payee_minor END)::bigint
              AS "fromMinor",
            sum(CASE b.kind WHEN 'capture' THEN b.settlement_minor ELSE -b.settlement_minor END)
              ::bigint AS "toMinor"
     ${inWindow('acquirer')} AND b.settlement_currency IS NOT NULL
      GROUP BY b.payee_currency, b.settlement_currency
      ORDER BY b.payee_currency, b.settlement_currency`,
    [id, clearingDate],
  );
}
