import type { Column } from './row.ts';

/**
 * A batch of rows as a CTE body: `SELECT * FROM unnest($1::smallint[], …) AS given (lane, …)`.
 * The text depends on the columns alone, so each statement is prepared once.
 *
 * @param first the number of the first parameter
 */
export function given<Record>(spec: readonly Column<Record>[], first = 1): string {
  const parameters = spec.map(({ type }, i) => `$${first + i}::${type}[]`).join(', ');
  return `SELECT * FROM unnest(${parameters}) AS given (${names(spec)})`;
}

/** The columns' names between commas, each behind the prefix. */
export function names<Record>(spec: readonly Column<Record>[], prefix = ''): string {
  return spec.map(({ name }) => `${prefix}${name}`).join(', ');
}

/** `a = excluded.a, b = excluded.b` for an upsert. */
export function assignments<Record>(spec: readonly Column<Record>[]): string {
  return spec.map(({ name }) => `${name} = excluded.${name}`).join(', ');
}
