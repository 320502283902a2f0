import { FileRefused } from './file-refused.ts';
import { startOfText, textOf, wholeCharacters } from './utf8.ts';

/** One line of a CSV file. */
export interface CsvRow {
  /** From 1. */
  line: number;
  cells: string[];
  /** As it stands in the file, to tell columns by. */
  text: string;
}

/** Longer lines are no line of any file that is read here. */
const MAX_LINE_BYTES = 4_096;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;
/** Beside controls, what makes a text read otherwise than it is written. */
const MISLEADING = /[\p{Cc}\p{Bidi_Control}\ufeff]/u;

/**
 * Cuts CSV into lines and cells as RFC 4180 has it, with less freedom: UTF-8, commas, no control
 * characters, no line break inside a cell, no empty lines. It keeps one unfinished line at most.
 */
export class CsvSplitter {
  readonly #take: (row: CsvRow) => void;
  #rest: Buffer = Buffer.alloc(0);
  #line = 0;
  #begun = false;

  /** @param take is told each line before the next is looked at, so that the first fault counts */
  constructor(take: (row: CsvRow) => void) {
    this.#take = take;
  }

  /** Reads the lines that this piece completes. Throws FileRefused. */
  push(piece: Uint8Array): void {
    const bytes = this.#joined(piece);
    if (bytes === undefined) return;
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, from);
      if (end < 0) break;
      this.#take(this.#row(bytes.subarray(from, end)));
      from = end + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(from));
    if (this.#rest.length > MAX_LINE_BYTES + 1) this.#tooLong(this.#rest);
  }

  /** Reads what stands behind the last line break. Throws FileRefused. */
  end(): void {
    if (!this.#begun) this.#rest = this.#rest.subarray(startOfText(this.#rest));
    const last = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (last.length > 0) this.#take(this.#row(last));
  }

  /** How many lines were read. */
  get lines(): number {
    return this.#line;
  }

  /** With what was left over before; nothing while the first bytes are too few to tell a mark. */
  #joined(piece: Uint8Array): Buffer | undefined {
    const bytes = Buffer.concat([this.#rest, piece]);
    if (this.#begun) return bytes;
    if (bytes.length < 3) {
      this.#rest = bytes;
      return undefined;
    }
    this.#begun = true;
    return bytes.subarray(startOfText(bytes));
  }

  #row(withReturn: Buffer): CsvRow {
    const hasReturn = withReturn.at(-1) === CARRIAGE_RETURN;
    const bytes = hasReturn ? withReturn.subarray(0, -1) : withReturn;
    if (bytes.length > MAX_LINE_BYTES) this.#tooLong(bytes);
    this.#line += 1;
    const line = this.#line;
    if (bytes.length === 0) throw new FileRefused({ line, column: 1 }, 'the line is empty');
    const text = textOf(bytes, { line, column: 1 });
    const bad = (text.length === bytes.length ? CONTROL : MISLEADING).exec(text);
    if (bad !== null) {
      throw new FileRefused({ line, column: columnAt(text, bad.index) }, problemWith(bad[0]));
    }
    const cells = text.includes('"') ? quotedCells(text, line) : text.split(',');
    return { line, cells, text };
  }

  #tooLong(bytes: Buffer): never {
    const line = this.#line + 1;
    const head = bytes.subarray(0, wholeCharacters(bytes, MAX_LINE_BYTES));
    const column = [...textOf(head, { line, column: 1 })].length + 1;
    throw new FileRefused({ line, column }, `the line is longer than ${MAX_LINE_BYTES} bytes`);
  }
}

/** The column at which a cell begins. */
export function columnOfCell({ text, line }: CsvRow, index: number): number {
  if (!text.includes('"')) {
    const before = text.split(',').slice(0, index);
    return columnAt(text, before.join(',').length + (index === 0 ? 0 : 1));
  }
  return columnAt(text, scan(text, line)[index]?.start ?? text.length);
}

function columnAt(text: string, index: number): number {
  return [...text.slice(0, index)].length + 1;
}

function problemWith(character: string): string {
  if (character === '\u0000') return 'there is a zero byte';
  if (character === '\r') return 'a carriage return stands alone';
  return 'there is a control character';
}

function quotedCells(text: string, line: number): string[] {
  return scan(text, line).map(({ cell }) => cell);
}

/** Every cell with the index at which it starts. */
function scan(text: string, line: number): { cell: string; start: number }[] {
  const found: { cell: string; start: number }[] = [];
  let at = 0;
  for (;;) {
    const start = at;
    const quoted = text[at] === '"';
    const end = quoted ? endOfQuoted(text, at, line) : endOfPlain(text, at, line);
    const raw = text.slice(start, end);
    found.push({ start, cell: quoted ? raw.slice(1, -1).replaceAll('""', '"') : raw });
    if (end === text.length) return found;
    at = end + 1;
  }
}

function endOfPlain(text: string, from: number, line: number): number {
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  const quote = text.indexOf('"', from);
  if (quote < 0 || quote >= end) return end;
  throw new FileRefused({ line, column: columnAt(text, quote) }, 'a quote inside a plain cell');
}

function endOfQuoted(text: string, from: number, line: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      throw new FileRefused({ line, column: columnAt(text, from) }, 'the quoted cell does not end');
    }
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      if (end === text.length || text[end] === ',') return end;
      throw new FileRefused({ line, column: columnAt(text, end) }, 'text behind a quoted cell');
    }
    at = quote + 2;
  }
}
