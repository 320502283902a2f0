import { type ItemLine, textCell } from '@causeway/clearing';
import { uuidFrom } from '@causeway/runtime';

/** What a partner's own file may say otherwise than ours, by the kinds of breaks. */
export const FLAWS = [
  'amount',
  'currency',
  'rate',
  'fee',
  'duplicate',
  'missing-at-theirs',
  'missing-at-ours',
  'late-for-cut-off',
  'status-conflict',
  'orphan-refund',
  'cancelled-but-cleared',
] as const;
export type Flaw = (typeof FLAWS)[number];

const COLUMNS = [
  'line',
  'record',
  'payment_id',
  'request_id',
  'refund_id',
  'refund_request_id',
  'merchant_id',
  'currency_code',
  'amount_minor',
  'fee_minor',
  'rate',
  'clearing_date',
  'occurred_on',
  'status',
  'reference',
] as const;
type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

const DAY_MS = 86_400_000;

/** What stands in a partner's file besides its items. */
export interface Derived {
  clearingDate: string;
  /** The first items have them, one each, in this order. */
  flaws: readonly Flaw[];
  /** A payment that was cancelled, for the flaw of that name. */
  cancelledPaymentId?: string;
}

/**
 * A partner's own file as it would be if the partner had seen what our items file has, with flaws:
 * line by line, so that memory does not grow with the day. An unknown payment and a refund of
 * none are lines of their own; all other flaws befall an item.
 */
export async function* partnerFileOf(
  items: AsyncIterable<ItemLine>,
  { clearingDate, flaws, cancelledPaymentId }: Derived,
): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\n`;
  let lineNo = 0;
  const written = (cells: Cells) => {
    lineNo += 1;
    return `${COLUMNS.map((name) => (name === 'line' ? lineNo : (cells[name] ?? ''))).join(',')}\n`;
  };
  const waiting = [...flaws];
  for await (const item of items) {
    const flaw = waiting.shift();
    const cells = cellsOf(item, clearingDate);
    for (const each of flawed(cells, flaw, cancelledPaymentId)) yield written(each);
  }
  if (waiting.length > 0) throw new RangeError(`${waiting.length} flaws are more than items`);
  yield written({ record: 'end' });
}

/** The line that agrees with an item. */
function cellsOf(item: ItemLine, clearingDate: string): Cells {
  const isRefund = item.kind === 'refund';
  return {
    record: isRefund ? 'refund' : 'payment',
    payment_id: item.paymentId,
    request_id: isRefund ? '' : textCell(item.requestId),
    refund_id: item.refundId,
    refund_request_id: isRefund ? textCell(item.requestId) : '',
    merchant_id: textCell(item.merchantId),
    currency_code: item.settled.currencyCode,
    amount_minor: String(item.settled.amountMinor),
    fee_minor: String(item.feeMinor),
    rate: item.rate,
    clearing_date: clearingDate,
    occurred_on: item.occurredAt.slice(0, 10),
    status: 'succeeded',
  };
}

function flawed(cells: Cells, flaw: Flaw | undefined, cancelledPaymentId = ''): Cells[] {
  const minor = BigInt(cells.amount_minor ?? '0');
  switch (flaw) {
    case undefined:
      return [cells];
    case 'amount':
      return [{ ...cells, amount_minor: String(minor + 1n) }];
    case 'currency':
      return [{ ...cells, currency_code: cells.currency_code === 'USD' ? 'HKD' : 'USD' }];
    case 'rate':
      return [{ ...cells, rate: '123.456' }];
    case 'fee':
      return [{ ...cells, fee_minor: String(BigInt(cells.fee_minor ?? '0') + 1n) }];
    case 'duplicate':
      return [cells, cells];
    case 'missing-at-theirs':
      return [];
    case 'late-for-cut-off':
      return [{ ...cells, clearing_date: dayAfter(cells.clearing_date ?? '') }];
    case 'status-conflict':
      return [{ ...cells, status: 'failed' }];
    case 'missing-at-ours':
      return [cells, unknownLine(cells, 'payment')];
    case 'orphan-refund':
      return [cells, { ...unknownLine(cells, 'refund'), refund_id: strange(cells, 'refund') }];
    case 'cancelled-but-cleared':
      return [cells, { ...unknownLine(cells, 'payment'), payment_id: cancelledPaymentId }];
  }
}

/** A line about a payment that nobody made. */
function unknownLine(cells: Cells, record: 'payment' | 'refund'): Cells {
  const { request_id: _, refund_request_id: __, refund_id: ___, ...rest } = cells;
  return { ...rest, record, payment_id: strange(cells, record) };
}

function strange(cells: Cells, what: string): string {
  return uuidFrom('sandbox.partner-file', what, cells.payment_id ?? '');
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
