import type { Distribution } from '@causeway/db';
import type { TableShape } from './schema.ts';

/**
 * Says what keeps a plan from being carried out on these tables, or from keeping a payment on one
 * node: for each a line `<table>: <what>`. Rules of Citus: a key that is unique must hold the column
 * that shards are cut by, and rows reference only what stands on their own node.
 */
export function problemsOfPlan(
  plan: Distribution,
  tables: ReadonlyMap<string, TableShape>,
): string[] {
  const named = [...plan.byLane, ...plan.everywhere, ...plan.here];
  return [
    ...[...tables.keys()]
      .filter((table) => !named.includes(table))
      .map((t) => `${t}: is not planned`),
    ...named.filter((table) => !tables.has(table)).map((table) => `${table}: is no table`),
    ...named
      .filter((table, index) => named.indexOf(table) !== index)
      .map((table) => `${table}: is planned twice`),
    ...[...tables].flatMap(([table, shape]) =>
      problemsOfTable(table, shape, plan).map((what) => `${table}: ${what}`),
    ),
    ...(plan.plainIndexes ?? [])
      .filter(({ index }) => !isUniqueIndex(index, plan, tables))
      .map(({ index }) => `${index}: is no unique index of a by-lane table`),
  ];
}

function problemsOfTable(table: string, shape: TableShape, plan: Distribution): string[] {
  return [
    ...(plan.byLane.includes(table) ? problemsOfKeys(shape, plan) : []),
    ...shape.references.flatMap((reference) => problemsOfReference(table, reference, plan)),
  ];
}

function problemsOfKeys({ columns, primaryKey, uniqueKeys }: TableShape, plan: Distribution) {
  if (!columns.includes('lane')) return ['has no lane'];
  const madePlain = new Set(plan.plainIndexes?.map(({ index }) => index));
  return [
    ...(primaryKey[0] === 'lane' ? [] : ['has a primary key that does not begin with its lane']),
    ...uniqueKeys
      .filter((key) => !key.columns.includes('lane') && !madePlain.has(key.name))
      .map(({ name }) => `has the unique ${name} without its lane`),
  ];
}

/** A parent comes before its child in the plan, so that it is there when the child is distributed. */
function problemsOfReference(
  table: string,
  reference: TableShape['references'][number],
  plan: Distribution,
): string[] {
  const { byLane, everywhere, here } = plan;
  const parent = reference.table;
  if (byLane.includes(table)) {
    if (everywhere.includes(parent)) return [];
    if (!byLane.includes(parent)) return [`references ${parent}, which is not on its node`];
    if (!reference.columns.includes('lane')) return [`references ${parent} without its lane`];
    return byLane.indexOf(parent) < byLane.indexOf(table)
      ? []
      : [`comes before ${parent}, which it references`];
  }
  const place = here.includes(table) ? here : everywhere;
  return place.includes(parent) ? [] : [`references ${parent}, which stands elsewhere`];
}

function isUniqueIndex(
  index: string,
  { byLane }: Distribution,
  tables: ReadonlyMap<string, TableShape>,
): boolean {
  return byLane.some((table) => tables.get(table)?.uniqueKeys.some(({ name }) => name === index));
}
