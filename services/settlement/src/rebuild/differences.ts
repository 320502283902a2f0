import type { ComparedRow } from './store.ts';

/** A row that is not the same on both sides. */
export interface Difference {
  /** The primary key, as Postgres writes a row. */
  key: string;
  /** `missing` from the live books, `unexplained` there, or `changed`. */
  kind: 'missing' | 'unexplained' | 'changed';
  columns: readonly ColumnDifference[];
}

interface ColumnDifference {
  name: string;
  live: string | null;
  rebuilt: string | null;
}

/** Walks two sides along their keys, both in the order of the keys' bytes, and tells where they differ. */
export async function* differencesOf(
  live: AsyncIterator<ComparedRow>,
  rebuilt: AsyncIterator<ComparedRow>,
): AsyncGenerator<Difference> {
  let [mine, theirs] = [await next(live), await next(rebuilt)];
  while (mine || theirs) {
    const order = mine && theirs ? compareKeys(mine.key, theirs.key) : mine ? -1 : 1;
    if (order < 0 && mine) {
      yield { key: mine.key, kind: 'unexplained', columns: [] };
    } else if (order > 0 && theirs) {
      yield { key: theirs.key, kind: 'missing', columns: [] };
    } else if (mine && theirs) {
      const columns = changedColumns(mine, theirs);
      if (columns.length > 0) yield { key: mine.key, kind: 'changed', columns };
    }
    if (order <= 0) mine = await next(live);
    if (order >= 0) theirs = await next(rebuilt);
  }
}

async function next(rows: AsyncIterator<ComparedRow>): Promise<ComparedRow | undefined> {
  const { done, value } = await rows.next();
  return done ? undefined : value;
}

/** As Postgres orders texts by their bytes; JavaScript orders them otherwise beyond its first plane. */
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function changedColumns(live: ComparedRow, rebuilt: ComparedRow): ColumnDifference[] {
  return Object.entries(live.values).flatMap(([name, value]) => {
    const other = rebuilt.values[name] ?? null;
    return value === other ? [] : [{ name, live: value, rebuilt: other }];
  });
}
