import {
  formatRate,
  isCurrency,
  MAX_AMOUNT_MINOR,
  MoneyError,
  parseMajor,
  parseRate,
} from '@causeway/money';
import { isUuid } from '@causeway/runtime';
import { type CsvRow, columnOfCell } from './csv.ts';
import { FileRefused } from './file-refused.ts';

/** What a first line says: where each known column stands. */
export class Header<Name extends string> {
  readonly #at: ReadonlyMap<Name, number>;
  readonly width: number;

  /** Throws FileRefused where a column is unknown, comes twice or is missing. */
  constructor(row: CsvRow, known: readonly Name[], required: readonly Name[]) {
    const at = new Map<Name, number>();
    row.cells.forEach((cell, index) => {
      const name = known.find((one) => one === cell);
      if (name === undefined) throw refusedAt(row, index, 'there is no such column');
      if (at.has(name)) throw refusedAt(row, index, `the column ${name} comes twice`);
      at.set(name, index);
    });
    const missing = required.find((name) => !at.has(name));
    if (missing !== undefined) {
      throw refusedAt(row, row.cells.length, `the column ${missing} is missing`);
    }
    this.#at = at;
    this.width = row.cells.length;
  }

  /** Where the column stands; undefined where the file has none. */
  at(name: Name): number | undefined {
    return this.#at.get(name);
  }
}

function refusedAt(row: CsvRow, index: number, problem: string): FileRefused {
  return new FileRefused({ line: row.line, column: columnOfCell(row, index) }, problem);
}

/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@＝＋－＠]/u;
const IDENTIFIER = /^[\x20-\x7e]{1,64}$/;
const WHOLE = /^(0|[1-9]\d*)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MAX_AMOUNT_DIGITS = String(MAX_AMOUNT_MINOR).length;

/** The cells of one line by the names of their columns. Every method throws FileRefused. */
export class Cells<Name extends string> {
  readonly #row: CsvRow;
  readonly #header: Header<Name>;

  constructor(row: CsvRow, header: Header<Name>) {
    this.#row = row;
    this.#header = header;
    const { length } = row.cells;
    if (length === header.width) return;
    const problem = `the line has ${length} cells, the first line has ${header.width}`;
    throw refusedAt(row, Math.min(length, header.width), problem);
  }

  /** The refusal of what stands in a column. */
  refused(name: Name, problem: string): FileRefused {
    return refusedAt(this.#row, this.#header.at(name) ?? 0, problem);
  }

  /** As it stands there; empty where the file has no such column. */
  raw(name: Name): string {
    const at = this.#header.at(name);
    return at === undefined ? '' : (this.#row.cells[at] ?? '');
  }

  /**
   * A text of `max` characters at most. One that a spreadsheet would take for a formula stands
   * behind an apostrophe, as does one that begins with an apostrophe.
   */
  text(name: Name, max: number): string | undefined {
    const raw = this.raw(name);
    if (raw === '') return undefined;
    if (FORMULA.test(raw)) throw this.refused(name, 'a spreadsheet would take this for a formula');
    const text = raw.startsWith("'") ? raw.slice(1) : raw;
    if (text.length > max && [...text].length > max) {
      throw this.refused(name, `must be at most ${max} characters`);
    }
    return text;
  }

  /** Somebody's own id: 1 to 64 printable ASCII characters. */
  identifier(name: Name): string | undefined {
    const text = this.text(name, 64);
    if (text === undefined || IDENTIFIER.test(text)) return text;
    throw this.refused(name, 'must be 1 to 64 printable ASCII characters');
  }

  /** One of ours. */
  uuid(name: Name): string | undefined {
    const raw = this.raw(name);
    if (raw === '') return undefined;
    if (isUuid(raw)) return raw;
    throw this.refused(name, 'must be a UUID in lower case');
  }

  /** One of a few words. */
  word<Word extends string>(name: Name, words: readonly Word[]): Word {
    const raw = this.raw(name);
    const word = words.find((one) => one === raw);
    if (word !== undefined) return word;
    throw this.refused(name, `must be one of ${words.join(', ')}`);
  }

  /** An ISO 4217 code that the switch knows. */
  currency(name: Name): string {
    const raw = this.raw(name);
    if (isCurrency(raw)) return raw;
    throw this.refused(name, 'must be the code of a known currency');
  }

  /** A calendar day. */
  day(name: Name): string | undefined {
    const raw = this.raw(name);
    if (raw === '') return undefined;
    if (isDay(raw)) return raw;
    throw this.refused(name, 'must be a day as 2026-11-16');
  }

  /** Minor units; below zero only where that is said. */
  minor(name: Name, { signed = false } = {}): bigint | undefined {
    const raw = this.raw(name);
    if (raw === '') return undefined;
    const digits = signed && raw.startsWith('-') ? raw.slice(1) : raw;
    if (!WHOLE.test(digits)) throw this.refused(name, 'must be a whole number of minor units');
    if (digits.length > MAX_AMOUNT_DIGITS) throw this.refused(name, 'has too many digits');
    const minor = BigInt(raw);
    if (minor > MAX_AMOUNT_MINOR || minor < -MAX_AMOUNT_MINOR) {
      throw this.refused(name, 'is more than any amount may be');
    }
    return minor;
  }

  /** Major units as a bank writes them, with a point, in minor units; not below zero. */
  major(name: Name, currencyCode: string): bigint {
    const minor = minorOf(this.raw(name), currencyCode);
    if (typeof minor === 'bigint') return minor;
    throw this.refused(name, minor);
  }

  /** A rate in its one text. */
  rate(name: Name): string | undefined {
    const raw = this.raw(name);
    if (raw === '') return undefined;
    try {
      return formatRate(parseRate(raw));
    } catch (error) {
      if (!(error instanceof MoneyError)) throw error;
      throw this.refused(name, 'must be a rate of at most 12 digits');
    }
  }
}

/** A file has few days and many lines. */
let lastDay = '';

/** Whether the text is a day of the calendar. */
export function isDay(text: string): boolean {
  if (text === lastDay) return true;
  const isOne = isCalendarDay(text);
  if (isOne) lastDay = text;
  return isOne;
}

function isCalendarDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** An amount of major units in minor units, or what is wrong with it. */
export function minorOf(text: string, currencyCode: string): bigint | string {
  try {
    const minor = parseMajor(text, currencyCode);
    return text.startsWith('-') ? 'must not be below zero' : minor;
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    if (error.code === 'AMOUNT_NOT_REPRESENTABLE') return `${error.message}, no more`;
    return error.code === 'AMOUNT_OUT_OF_RANGE' || /\d{17}/.test(text)
      ? 'is more than any amount may be'
      : 'must be a decimal amount of major units';
  }
}
