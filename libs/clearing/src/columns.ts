import { formatMajor } from '@causeway/money';
import { LINE_END, textCell } from './csv.ts';

/** One column of a file: its name, what it holds, and how it is written. */
export interface Column<Row> {
  readonly name: string;
  /** For the documentation, a sentence. */
  readonly holds: string;
  readonly write: (row: Row) => string;
}

/** A file's first line, with its end. */
export function headerOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name }) => name).join(',') + LINE_END;
}

/** The record of one row, without its line end. */
export function recordOf<Row>(columns: readonly Column<Row>[], row: Row): string {
  let record = '';
  for (const { write } of columns) record += `${write(row)},`;
  return record.slice(0, -1);
}

/** A column of what the switch itself writes: ids, dates, codes, rates. */
export function plain<Row>(name: string, holds: string, write: (row: Row) => string): Column<Row> {
  return { name, holds, write };
}

/** A column of text that somebody else chose. */
export function freeText<Row>(
  name: string,
  holds: string,
  text: (row: Row) => string,
): Column<Row> {
  return { name, holds, write: (row) => textCell(text(row)) };
}

/** Minor units as a whole number, for programs. */
export function minorUnits<Row>(
  name: string,
  holds: string,
  amount: (row: Row) => bigint,
): Column<Row> {
  return { name, holds, write: (row) => amount(row).toString() };
}

/** The same as a decimal of major units with all digits of the currency, for people. */
export function majorUnits<Row>(
  name: string,
  holds: string,
  money: (row: Row) => { currencyCode: string; amountMinor: bigint },
): Column<Row> {
  return {
    name,
    holds,
    write: (row) => {
      const { currencyCode, amountMinor } = money(row);
      return formatMajor(amountMinor, currencyCode);
    },
  };
}
