import { BalanceCheck } from './balance-check.ts';
import type { BankEntry, StatementFrame } from './bank-entry.ts';
import { Cells, Header } from './cells.ts';
import { type CsvRow, CsvSplitter } from './csv.ts';
import { LineNumbers } from './line-numbers.ts';
import { type Bounds, DEFAULT_BOUNDS, type Reader } from './reader.ts';

const COLUMNS = [
  'line',
  'record',
  'statement_id',
  'account',
  'direction',
  'currency_code',
  'amount',
  'booking_date',
  'value_date',
  'status',
  'reversal',
  'entry_reference',
  'end_to_end_id',
  'reference',
] as const;
type Column = (typeof COLUMNS)[number];

const REQUIRED: readonly Column[] = [
  'line',
  'record',
  'statement_id',
  'account',
  'direction',
  'currency_code',
  'amount',
  'booking_date',
];
const MAX_REFERENCE = 500;

/** Reads a bank's statement as CSV, as the README of this folder documents it. */
export class BankCsv implements Reader<BankEntry> {
  readonly #splitter = new CsvSplitter((row) => this.#read(row));
  readonly #numbers: LineNumbers;
  readonly #balance = new BalanceCheck();
  #header: Header<Column> | undefined;
  #ready: BankEntry[] = [];
  #opening: Omit<StatementFrame, 'toDate' | 'closingMinor'> | undefined;
  #frame: StatementFrame | undefined;
  #entries = 0;

  constructor({ maxLines }: Bounds = DEFAULT_BOUNDS) {
    this.#numbers = new LineNumbers(maxLines);
  }

  push(piece: Uint8Array): BankEntry[] {
    this.#splitter.push(piece);
    return this.#taken();
  }

  end(): BankEntry[] {
    this.#splitter.end();
    this.#numbers.ended(this.#splitter.lines);
    return this.#taken();
  }

  /** What the statement says of itself, once it has ended. */
  get frame(): StatementFrame | undefined {
    return this.#frame;
  }

  #taken(): BankEntry[] {
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

  #line(cells: Cells<Column>, { line }: CsvRow): BankEntry | undefined {
    const record = cells.word('record', ['opening', 'entry', 'closing']);
    this.#numbers.next(cells, line, record === 'closing');
    const opening = this.#opening;
    if (opening === undefined) {
      if (record !== 'opening') throw cells.refused('record', 'the first line must be the opening');
      this.#open(cells);
      return undefined;
    }
    if (record === 'opening') throw cells.refused('record', 'the statement is opened already');
    sameAccount(cells, opening);
    const entry = record === 'entry' ? this.#entry(cells, opening) : undefined;
    if (entry === undefined) this.#close(cells, opening);
    return entry;
  }

  #open(cells: Cells<Column>): void {
    const currencyCode = cells.currency('currency_code');
    const openingMinor = balanceOf(cells, currencyCode);
    this.#balance.opened(openingMinor);
    this.#opening = {
      statementId: needed(cells, 'statement_id', cells.text('statement_id', 35)),
      account: needed(cells, 'account', cells.text('account', 34)),
      ...{ currencyCode, openingMinor },
      fromDate: needed(cells, 'booking_date', cells.day('booking_date')),
    };
  }

  #entry(cells: Cells<Column>, opening: Pick<StatementFrame, 'fromDate'>): BankEntry {
    const currencyCode = cells.currency('currency_code');
    const bookingDate = needed(cells, 'booking_date', cells.day('booking_date'));
    if (bookingDate < opening.fromDate) {
      throw cells.refused('booking_date', 'is before the statement begins');
    }
    this.#entries += 1;
    const entry: BankEntry = {
      lineNo: this.#entries,
      entryReference: cells.text('entry_reference', 35),
      endToEndId: cells.text('end_to_end_id', 35),
      direction: cells.word('direction', ['credit', 'debit']),
      currencyCode,
      amountMinor: cells.major('amount', currencyCode),
      reversal: optionalWord(cells, 'reversal', ['false', 'true']) === 'true',
      status: optionalWord(cells, 'status', ['booked', 'pending']),
      bookingDate,
      valueDate: cells.day('value_date') ?? bookingDate,
      reference: cells.text('reference', MAX_REFERENCE),
    };
    this.#balance.moved(entry);
    return entry;
  }

  #close(cells: Cells<Column>, opening: Omit<StatementFrame, 'toDate' | 'closingMinor'>): void {
    const closingMinor = balanceOf(cells, opening.currencyCode);
    const toDate = needed(cells, 'booking_date', cells.day('booking_date'));
    const problem = this.#balance.problemWith(closingMinor, opening.currencyCode);
    if (problem !== undefined) throw cells.refused('amount', problem);
    const late = this.#balance.lastBooked > toDate || toDate < opening.fromDate;
    if (late) throw cells.refused('booking_date', 'is before an entry of the statement');
    this.#frame = { ...opening, toDate, closingMinor };
  }
}

function sameAccount(
  cells: Cells<Column>,
  { statementId, account }: Pick<StatementFrame, 'statementId' | 'account'>,
) {
  if (cells.text('statement_id', 35) !== statementId) {
    throw cells.refused('statement_id', 'must be that of the opening');
  }
  if (cells.text('account', 34) !== account) {
    throw cells.refused('account', 'must be that of the opening');
  }
}

/** A balance on the debit side is below zero. */
function balanceOf(cells: Cells<Column>, currencyCode: string): bigint {
  if (cells.currency('currency_code') !== currencyCode) {
    throw cells.refused('currency_code', 'must be that of the opening');
  }
  const minor = cells.major('amount', currencyCode);
  return cells.word('direction', ['credit', 'debit']) === 'credit' ? minor : -minor;
}

/** The first of the words where nothing stands. */
function optionalWord<Word extends string>(
  cells: Cells<Column>,
  name: Column,
  words: readonly [Word, ...Word[]],
): Word {
  return cells.raw(name) === '' ? words[0] : cells.word(name, words);
}

function needed<T>(cells: Cells<Column>, name: Column, value: T | undefined): T {
  if (value === undefined) throw cells.refused(name, 'must not be empty');
  return value;
}
