import { type Database, openDatabase } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import { uuidFrom } from '@causeway/runtime';
import type { Booking } from '@causeway/settlement/src/booking/booking.ts';
import { book } from '@causeway/settlement/src/booking/store.ts';

/** The acquirer whose day is reconciled. */
export const PARTNER_ID = 'bench';
export const DAY = '2026-11-16';
const OTHER_DAY = '2026-11-17';
const MERCHANT_ID = uuidFrom('bench', 'merchant');
const BATCH = 5_000;
/** One payment of so many has something wrong with it. */
const WRONG_ONE_IN = 500;

/** What is wrong with a payment, turn by turn; every kind of break that a partner's file may have. */
export const WRONGS = [
  'amount',
  'currency',
  'rate',
  'fee',
  'status_conflict',
  'duplicate',
  'missing_at_theirs',
  'missing_at_ours',
  'late_for_cut_off',
  'cancelled_but_cleared',
  'orphan_refund',
] as const;
export type Wrong = (typeof WRONGS)[number];

/** What is wrong with the nth payment, if anything. */
export function wrongOf(n: number): Wrong | undefined {
  if (n % WRONG_ONE_IN !== WRONG_ONE_IN - 1) return undefined;
  return WRONGS[Math.floor(n / WRONG_ONE_IN) % WRONGS.length];
}

/** How many breaks of each kind a day of so many payments has. */
export function expectedBreaks(count: number): Map<string, number> {
  const expected = new Map<string, number>();
  for (let n = WRONG_ONE_IN - 1; n < count; n += WRONG_ONE_IN) {
    const kind = wrongOf(n);
    if (kind !== undefined) expected.set(kind, (expected.get(kind) ?? 0) + 1);
  }
  return expected;
}

const amountOf = (n: number) => BigInt(100 + (n % 90_000));
const idOf = (n: number) => uuidFrom('payment', PARTNER_ID, `order-${n}`);

/** Books a day of payments, in batches as facts come. */
export async function bookDay(db: Database, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const bookings: Booking[] = [];
    for (let n = from; n < Math.min(count, from + BATCH); n += 1) bookings.push(...bookingsOf(n));
    await book(db, bookings);
  }
  await db.query('VACUUM ANALYZE bookings');
}

function bookingsOf(n: number): Booking[] {
  const wrong = wrongOf(n);
  if (wrong === 'missing_at_ours' || wrong === 'orphan_refund') return [];
  const paymentId = idOf(n);
  const payeeMinor = amountOf(n);
  const payerMinor = payeeMinor * 5n;
  const clearingDate = wrong === 'late_for_cut_off' ? OTHER_DAY : DAY;
  const capture: Booking = {
    ...{ kind: 'capture', paymentId, subjectId: paymentId },
    ...{ issuerId: 'harbour-wallet', partnerId: PARTNER_ID },
    ...{ payerCurrency: 'HKD', payerMinor, payeeCurrency: 'JPY', payeeMinor },
    ...{ midMinor: payerMinor, markupMinor: 0n, residualMinor: 0n },
    ...{ acquirerClearingDate: clearingDate, issuerClearingDate: clearingDate },
    ...{ occurredAt: new Date(`${DAY}T04:00:00Z`), requestId: `order-${n}` },
    ...{ merchantId: MERCHANT_ID, quoteId: undefined, rate: '20', midRate: '20' },
    ...{ settlement: undefined, covered: { issuer: false, acquirer: false } },
  };
  return wrong === 'cancelled_but_cleared' ? [capture, { ...capture, kind: 'cancel' }] : [capture];
}

const COLUMNS =
  'line,record,payment_id,request_id,refund_request_id,merchant_id,currency_code,amount_minor,' +
  'fee_minor,rate,clearing_date,occurred_on,status';

/** The partner's file of the day, piece by piece. */
export async function* fileOf(count: number): AsyncGenerator<Buffer> {
  let text = `${COLUMNS}\n`;
  let line = 0;
  for (let n = 0; n < count; n += 1) {
    for (const cells of linesOf(n)) {
      line += 1;
      text += `${line},${cells}\n`;
    }
    if (text.length < 200_000) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}${line + 1},end,,,,,,,,,,,\n`);
}

function linesOf(n: number): string[] {
  const wrong = wrongOf(n);
  const minor = wrong === 'amount' ? amountOf(n) + 1n : amountOf(n);
  const isRefund = wrong === 'orphan_refund';
  const cells = [
    ...[isRefund ? 'refund' : 'payment', idOf(n), `order-${n}`, isRefund ? `refund-${n}` : ''],
    ...[MERCHANT_ID, wrong === 'currency' ? 'KRW' : 'JPY', String(minor)],
    ...[wrong === 'fee' ? '1' : '0', wrong === 'rate' ? '21' : '20', DAY, DAY],
    wrong === 'status_conflict' ? 'failed' : 'succeeded',
  ].join(',');
  if (wrong === 'missing_at_theirs') return [];
  return wrong === 'duplicate' ? [cells, cells] : [cells];
}

/** Opens the part's own database. */
export function openOwn(url: string, runtime: Runtime): Database {
  return openDatabase({ url, runtime, maxConnections: 6, statementTimeoutMs: 600_000 });
}
