import { Cells, Header } from './cells.ts';
import { type CsvRow, CsvSplitter } from './csv.ts';
import { LineNumbers } from './line-numbers.ts';
import { type Bounds, DEFAULT_BOUNDS, type Reader } from './reader.ts';

/** What a participant says became of a payment or refund. */
export type PartnerStatus = 'succeeded' | 'cancelled' | 'failed' | 'pending';

/** One payment or refund as a participant's own file has it. Amounts are its own leg's. */
export interface PartnerLine {
  /** The number that the file gives it, from 1. */
  lineNo: number;
  kind: 'capture' | 'refund';
  /** Our ids, given by them. */
  paymentId: string | undefined;
  refundId: string | undefined;
  /** The acquirer's own ids. */
  requestId: string | undefined;
  refundRequestId: string | undefined;
  merchantId: string | undefined;
  currencyCode: string;
  amountMinor: bigint;
  /** In the currency of the amount, below zero where a fee is given back; absent if not told. */
  feeMinor: bigint | undefined;
  rate: string | undefined;
  /** Its day of clearing, 'YYYY-MM-DD'. */
  clearingDate: string;
  /** The day on which it happened, by the participant's own calendar. */
  occurredOn: string | undefined;
  status: PartnerStatus;
  reference: string | undefined;
}

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
type Column = (typeof COLUMNS)[number];

const REQUIRED: readonly Column[] = [
  'line',
  'record',
  'currency_code',
  'amount_minor',
  'clearing_date',
  'status',
];
const RECORDS = ['payment', 'refund', 'end'] as const;
const STATUSES: readonly PartnerStatus[] = ['succeeded', 'cancelled', 'failed', 'pending'];
const MAX_REFERENCE = 256;

/** Reads a participant's file as the README of this folder documents it. */
export class PartnerCsv implements Reader<PartnerLine> {
  readonly #splitter = new CsvSplitter((row) => this.#read(row));
  readonly #numbers: LineNumbers;
  #header: Header<Column> | undefined;
  #ready: PartnerLine[] = [];

  constructor({ maxLines }: Bounds = DEFAULT_BOUNDS) {
    this.#numbers = new LineNumbers(maxLines);
  }

  push(piece: Uint8Array): PartnerLine[] {
    this.#splitter.push(piece);
    return this.#taken();
  }

  end(): PartnerLine[] {
    this.#splitter.end();
    this.#numbers.ended(this.#splitter.lines);
    return this.#taken();
  }

  #taken(): PartnerLine[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #read(row: CsvRow): void {
    if (this.#header === undefined) {
      this.#header = new Header(row, COLUMNS, REQUIRED);
      return;
    }
    const line = this.#line(new Cells(row, this.#header), row);
    if (line !== undefined) this.#ready.push(line);
  }

  #line(cells: Cells<Column>, { line }: CsvRow): PartnerLine | undefined {
    const record = cells.word('record', RECORDS);
    const lineNo = this.#numbers.next(cells, line, record === 'end');
    if (record === 'end') {
      const filled = COLUMNS.slice(2).find((name) => cells.raw(name) !== '');
      if (filled !== undefined) throw cells.refused(filled, 'must be empty on the last line');
      return undefined;
    }
    return { lineNo, ...content(cells, record) };
  }
}

function content(cells: Cells<Column>, record: 'payment' | 'refund'): Omit<PartnerLine, 'lineNo'> {
  const kind = record === 'payment' ? 'capture' : 'refund';
  const refundId = cells.uuid('refund_id');
  const refundRequestId = cells.identifier('refund_request_id');
  if (kind === 'capture' && refundId !== undefined) {
    throw cells.refused('refund_id', 'must be empty for a payment');
  }
  if (kind === 'capture' && refundRequestId !== undefined) {
    throw cells.refused('refund_request_id', 'must be empty for a payment');
  }
  const paymentId = cells.uuid('payment_id');
  const requestId = cells.identifier('request_id');
  if (kind === 'refund' && paymentId === undefined && requestId === undefined) {
    throw cells.refused('payment_id', 'a refund must name its payment, here or by request_id');
  }
  return {
    ...{ kind, refundId, refundRequestId, paymentId, requestId },
    merchantId: cells.identifier('merchant_id'),
    currencyCode: cells.currency('currency_code'),
    amountMinor: required(cells, 'amount_minor', cells.minor('amount_minor')),
    feeMinor: cells.minor('fee_minor', { signed: true }),
    rate: cells.rate('rate'),
    clearingDate: required(cells, 'clearing_date', cells.day('clearing_date')),
    occurredOn: cells.day('occurred_on'),
    status: cells.word('status', STATUSES),
    reference: cells.text('reference', MAX_REFERENCE),
  };
}

function required<T>(cells: Cells<Column>, name: Column, value: T | undefined): T {
  if (value === undefined) throw cells.refused(name, 'must not be empty');
  return value;
}
