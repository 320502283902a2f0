import type { Database } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import type { Booking } from '../booking/booking.ts';
import { book } from '../booking/store.ts';
import type { ParticipantRef } from '../participants.ts';
import type { OurItem, OurMovement, Ours } from './ours.ts';

/** An acquirer with a day of payments, as the books have it. */
export const SAKURA: ParticipantRef = { kind: 'acquirer', id: 'sakura' };
export const DAY = '2026-11-16';
const NEXT_DAY = '2026-11-17';
const KUMO = '7f6b1f0e-0000-8000-8000-000000000001';

/** A payment or refund with its request id, by which tests name it. */
export interface DayItem extends OurItem {
  requestId: string;
  clearingDate: string;
  cancelled: boolean;
}

const captureBooking = (item: DayItem): Booking => ({
  kind: 'capture',
  paymentId: item.paymentId,
  subjectId: item.paymentId,
  issuerId: 'harbour-wallet',
  partnerId: SAKURA.id,
  payerCurrency: 'HKD',
  payerMinor: item.amountMinor * 5n,
  payeeCurrency: item.currencyCode,
  payeeMinor: item.amountMinor,
  midMinor: item.amountMinor * 5n,
  ...{ markupMinor: 0n, residualMinor: 0n },
  ...{ acquirerClearingDate: item.clearingDate, issuerClearingDate: item.clearingDate },
  occurredAt: new Date(`${item.occurredOn}T04:00:00Z`),
  requestId: item.requestId,
  merchantId: item.merchantId,
  ...{ quoteId: undefined, rate: item.rate, midRate: item.rate, settlement: undefined },
  covered: { issuer: false, acquirer: false },
});

/** A payment of the day, made of its number. */
export function payment(n: number, given: Partial<DayItem> = {}): DayItem {
  const requestId = `order-${n}`;
  const paymentId = uuidFrom('payment', SAKURA.id, requestId);
  return {
    ...{ kind: 'capture', requestId, paymentId, subjectId: paymentId, merchantId: KUMO },
    // No two amounts alike, so that a rule by amount can tell them apart.
    ...{ currencyCode: 'JPY', amountMinor: 1_000n + BigInt(n), feeMinor: 6n, rate: '20' },
    ...{ settlementRate: undefined, occurredOn: DAY, clearingDate: DAY, cancelled: false },
    ...given,
  };
}

/** A refund of a payment. */
export function refund(of: DayItem, n: number, given: Partial<DayItem> = {}): DayItem {
  const requestId = `refund-${n}`;
  const subjectId = uuidFrom('refund', of.paymentId, requestId);
  return {
    ...of,
    kind: 'refund',
    requestId,
    subjectId,
    amountMinor: 100n,
    feeMinor: -1n,
    ...given,
  };
}

/** Books items as facts of routing would. */
export async function bookDay(db: Database, items: readonly DayItem[]): Promise<void> {
  const bookings = items.flatMap((item): Booking[] => {
    const capture = captureBooking(item);
    if (item.kind === 'refund') {
      return [{ ...capture, kind: 'refund', subjectId: item.subjectId }];
    }
    return item.cancelled ? [capture, { ...capture, kind: 'cancel' }] : [capture];
  });
  await book(db, bookings);
}

/** What a run is told of ours: the items that were not cancelled, by their day, and movements. */
export function oursOf(items: readonly DayItem[], movements: readonly OurMovement[] = []): Ours {
  return {
    withItems: (_db, { clearingDate }, use) =>
      use(each(items.filter((item) => item.clearingDate === clearingDate && !item.cancelled))),
    movementsOf: async () => [...movements],
    movements: (_db, due) =>
      each(
        movements.filter(
          ({ valueDate, currencyCode }) =>
            currencyCode === due.currencyCode &&
            valueDate >= due.fromDate &&
            valueDate <= due.toDate,
        ),
      ),
  };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** A line of the participant's file; every cell may be said otherwise. */
export type Cells = Record<string, string>;

/** The line that agrees with an item. */
export function lineOf(item: DayItem, given: Cells = {}): Cells {
  const isRefund = item.kind === 'refund';
  return {
    record: isRefund ? 'refund' : 'payment',
    payment_id: item.paymentId,
    request_id: isRefund ? '' : item.requestId,
    refund_id: isRefund ? item.subjectId : '',
    refund_request_id: isRefund ? item.requestId : '',
    merchant_id: item.merchantId ?? '',
    currency_code: item.currencyCode,
    amount_minor: String(item.amountMinor),
    fee_minor: String(item.feeMinor),
    rate: item.rate ?? '',
    clearing_date: DAY,
    occurred_on: item.occurredOn,
    status: 'succeeded',
    reference: '',
    ...given,
  };
}

/** A whole file of lines. */
export function fileOf(lines: readonly Cells[]): string {
  const names = Object.keys(lineOf(payment(0)));
  const rows = lines.map((line, at) => [String(at + 1), ...names.map((name) => line[name] ?? '')]);
  const end = [String(lines.length + 1), 'end', ...names.slice(1).map(() => '')];
  return `${[['line', ...names], ...rows, end].map((row) => row.join(',')).join('\n')}\n`;
}

/** A day later. */
export const ON_NEXT_DAY = { clearingDate: NEXT_DAY } as const;

/** Bytes in pieces, as an upload brings them. */
export async function* inPieces(file: string, bytes = 1_000): AsyncGenerator<Buffer> {
  const all = Buffer.from(file);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}
