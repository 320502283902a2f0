/** What ends every record of our files, the last one too (RFC 4180). */
export const LINE_END = '\r\n';

const CONTROL = /\p{Cc}/gu;
/** A spreadsheet takes a cell that begins so for a formula; the quote is ours, and doubled. */
const FORMULA = /^[=+\-@'＝＋－＠]/u;
const NEEDS_QUOTES = /[",]|^\s|\s$/;

/**
 * Free text as a cell. What a spreadsheet would take for a formula, and what begins with `'`, gets a
 * `'` in front, which `textOf` takes away again. A record is one line, so a control character, which
 * no field of ours can hold, is written as U+FFFD.
 */
export function textCell(text: string): string {
  const plain = text.replace(CONTROL, '\ufffd');
  const harmless = FORMULA.test(plain) ? `'${plain}` : plain;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The text of a cell that `textCell` wrote, once the record was read. */
export function textOf(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** A record that is not as we write them; `column` counts characters from 1. */
export class CsvProblem extends Error {
  override readonly name = 'CsvProblem';

  constructor(
    message: string,
    readonly column: number,
  ) {
    super(message);
  }
}

/** The cells of one record without its line end. Throws a CsvProblem. */
export function readRecord(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const { cell, end } = line.charAt(at) === '"' ? quoted(line, at) : bare(line, at);
    cells.push(cell);
    if (end === line.length) return cells;
    at = end + 1;
  }
}

function bare(line: string, start: number): { cell: string; end: number } {
  const comma = line.indexOf(',', start);
  const end = comma < 0 ? line.length : comma;
  const cell = line.slice(start, end);
  const quote = cell.indexOf('"');
  if (quote >= 0) throw new CsvProblem('a quote in a cell without quotes', start + quote + 1);
  return { cell, end };
}

function quoted(line: string, start: number): { cell: string; end: number } {
  let from = start + 1;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) throw new CsvProblem('a quote is not closed', start + 1);
    if (line.charAt(quote + 1) === '"') {
      from = quote + 2;
      continue;
    }
    const end = quote + 1;
    if (end < line.length && line.charAt(end) !== ',') {
      throw new CsvProblem('more after the closing quote', end + 1);
    }
    return { cell: line.slice(start + 1, quote).replaceAll('""', '"'), end };
  }
}
