import type { Loader } from './loader.ts';

/** SQL expressions by column, for what a copy has of its own. */
export type Own = Readonly<Record<string, string>>;

/**
 * Keeps the rows of the templates of one table under `past.<table>`, each with the number of its
 * template. `key` is the column that holds the payment's id.
 */
export async function keepTemplates(
  loader: Loader,
  table: string,
  key: string,
  paymentIds: readonly string[],
): Promise<void> {
  await loader.run(`CREATE TABLE past.${table} (LIKE ${table}, template integer)`);
  await loader.run(
    `INSERT INTO past.${table}
     SELECT kept.*, asked.number - 1
       FROM unnest($1::text[]) WITH ORDINALITY AS asked (id, number)
       JOIN ${table} AS kept ON kept.${key}::text = asked.id`,
    [paymentIds],
  );
  const [{ missing } = { missing: paymentIds.length }] = await loader.run<{ missing: number }>(
    `SELECT $1 - count(DISTINCT template)::integer AS missing FROM past.${table}`,
    [paymentIds.length],
  );
  if (missing !== 0) throw new Error(`${missing} payments have no row in ${table}`);
}

/** The payments of the plan `p`, each with its variant `v` and the row of its template. */
const planned = (table: string) => `
  past.plan p JOIN past.variants v USING (variant) JOIN past.${table} template USING (template)`;

/**
 * SQL that fills a table with copies of its templates: one for each payment of the plan, unless
 * `from` says otherwise, which then has the `template` and the `shift` by which a copy is older. A column
 * that is named in `own` has that value; a time is shifted; everything else is the template's, so
 * that a column which the copy need not know of is copied too.
 */
export async function copySql(
  loader: Loader,
  table: string,
  own: Own,
  from = planned(table),
): Promise<string> {
  const columns = await loader.run<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
    [table],
  );
  const names = columns.map(({ name }) => name);
  const unknown = Object.keys(own).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${table} has no ${unknown.join(', ')}`);
  const values = columns.map(({ name, type }) => own[name] ?? copied(name, type));
  return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${from}`;
}

function copied(name: string, type: string): string {
  return type.startsWith('timestamp') ? `template.${name} - shift` : `template.${name}`;
}
