import type { Column } from './row.ts';

/** A batch of rows as a CTE body: the n-th parameter, rows of a type, under the names of their columns. */
export function given<Record>(type: string, spec: readonly Column<Record>[], n: number): string {
  return `SELECT * FROM unnest($${n}::${type}[]) AS given (${names(spec)})`;
}

/** The columns' names between commas, each behind the prefix. */
export function names<Record>(spec: readonly Column<Record>[], prefix = ''): string {
  return spec.map(({ name }) => `${prefix}${name}`).join(', ');
}

/** `a = excluded.a, b = excluded.b` for an upsert. */
export function assignments<Record>(spec: readonly Column<Record>[]): string {
  return spec.map(({ name }) => `${name} = excluded.${name}`).join(', ');
}
