import type { Database, Queryable } from '@causeway/db';
import type { Side } from '../participants.ts';
import { inWindow, SIDE_COLUMNS } from '../windows/items-store.ts';
import type { WindowKey } from '../windows/window.ts';

/** What a day's payments come to in one currency and hour of the participant's clock. */
export interface HourVolume {
  currencyCode: string;
  /** 0 to 23. */
  hour: number;
  captureCount: bigint;
  capturedMinor: bigint;
  refundCount: bigint;
  refundedMinor: bigint;
}

/** What conversions of a day's captures came to, for one pair of currencies. */
export interface FxVolume {
  payerCurrency: string;
  payeeCurrency: string;
  count: bigint;
  payerMinor: bigint;
  payeeMinor: bigint;
  /** The payer's amount at the middle rate; the parts sum to it. */
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
}

/** A merchant's share of a day. */
export interface MerchantVolume {
  merchantId: string | null;
  currencyCode: string;
  captureCount: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
}

const amountOf = (side: Side) => SIDE_COLUMNS[side].minor('b');
const currencyOf = (side: Side) => SIDE_COLUMNS[side].currency;
const summed = (side: Side, kind: 'capture' | 'refund') =>
  `coalesce(sum(${amountOf(side)}) FILTER (WHERE b.kind = '${kind}'), 0)::bigint`;

const hoursSql = (side: Side) => `
  SELECT ${currencyOf(side)} AS "currencyCode",
         extract(hour FROM b.occurred_at AT TIME ZONE $3)::integer AS hour,
         count(*) FILTER (WHERE b.kind = 'capture') AS "captureCount",
         ${summed(side, 'capture')} AS "capturedMinor",
         count(*) FILTER (WHERE b.kind = 'refund') AS "refundCount",
         ${summed(side, 'refund')} AS "refundedMinor"
  ${inWindow(side)} GROUP BY 1, 2 ORDER BY 1, 2`;

const fxSql = (side: Side) => `
  SELECT b.payer_currency AS "payerCurrency", b.payee_currency AS "payeeCurrency",
         count(*) AS count, sum(b.payer_minor)::bigint AS "payerMinor",
         sum(b.payee_minor)::bigint AS "payeeMinor", sum(b.mid_minor)::bigint AS "midMinor",
         sum(b.markup_minor)::bigint AS "markupMinor",
         sum(b.residual_minor)::bigint AS "residualMinor"
  ${inWindow(side)} AND b.kind = 'capture' AND b.payer_currency <> b.payee_currency
   GROUP BY 1, 2 ORDER BY 1, 2`;

const merchantsSql = (side: Side) => `
  SELECT b.merchant_id AS "merchantId", ${currencyOf(side)} AS "currencyCode",
         count(*) FILTER (WHERE b.kind = 'capture') AS "captureCount",
         ${summed(side, 'capture')} AS "capturedMinor",
         ${summed(side, 'refund')} AS "refundedMinor"
  ${inWindow(side)} AND ${currencyOf(side)} = $3
   GROUP BY 1, 2 ORDER BY 4 DESC, 1 LIMIT $4`;

const bySide = (sql: (side: Side) => string): Record<Side, string> => ({
  acquirer: sql('acquirer'),
  issuer: sql('issuer'),
});
const HOURS = bySide(hoursSql);
const FX = bySide(fxSql);
const MERCHANTS = bySide(merchantsSql);

/** Adding up a day of a million payments takes longer than any other statement may. */
const READ_TIMEOUT_MS = 10 * 60_000;

/** Lets several reads see one moment. */
export function asOfOneMoment<T>(db: Database, read: (tx: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(
    async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return read(tx);
    },
    { statementTimeoutMs: READ_TIMEOUT_MS },
  );
}

/** A day by currency and hour; at most 24 rows for a currency. */
export function hourVolumes(
  db: Queryable,
  { participant: { kind, id }, clearingDate }: WindowKey,
  timeZone: string,
): Promise<HourVolume[]> {
  return db.query(HOURS[kind], [id, clearingDate, timeZone]);
}

/** A day's conversions by pair of currencies. */
export function fxVolumes(
  db: Queryable,
  { participant: { kind, id }, clearingDate }: WindowKey,
): Promise<FxVolume[]> {
  return db.query(FX[kind], [id, clearingDate]);
}

/** The merchants that a day captured most for in a currency. */
export function topMerchants(
  db: Queryable,
  { participant: { kind, id }, clearingDate }: WindowKey,
  currencyCode: string,
  limit: number,
): Promise<MerchantVolume[]> {
  return db.query(MERCHANTS[kind], [id, clearingDate, currencyCode, limit]);
}
