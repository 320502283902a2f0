import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** One column; figures belong on the right. */
export interface Column {
  title: string;
  align?: 'left' | 'right';
}

const GAP = '  ';

/** Rows under dim titles, every column as wide as its widest cell. Cells may hold colours. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map((column) => column.title.toUpperCase());
  const widths = columns.map((_, at) =>
    Math.max(...[titles, ...rows].map((row) => widthOf(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, at) => padded(cells[at] ?? '', widths[at] ?? 0, column.align))
      .join(GAP)
      .trimEnd();
  return [pc.dim(line(titles)), ...rows.map(line)].join('\n');
}

/** Labels in dim on the left, values on the right; rows without a value are left out. */
export function record(rows: readonly (readonly [label: string, value: string])[]): string {
  const shown = rows.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `${pc.dim(label.padEnd(width))}${GAP}${value}`).join('\n');
}

function padded(cell: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(width - widthOf(cell));
  return align === 'right' ? space + cell : cell + space;
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
