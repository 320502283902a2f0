import type { Tx } from '@causeway/db';
import { type Difference, differencesOf } from './differences.ts';
import { columnsOf, type Digest, digestOf, type ReadTable, rowsOf } from './store.ts';
import type { BooksTable } from './tables.ts';

/** What is wrong with one table. */
export interface TableFinding {
  name: string;
  live: Digest;
  rebuilt: Digest;
  differenceCount: bigint;
  /** The first of them. */
  differences: readonly Difference[];
}

/** Enough to see what went wrong; what thousands of rows have in common shows in the first ones. */
const MOST_SHOWN = 20;

/**
 * Compares a table of both books. Rows are walked only where the digests differ, so that books that
 * are the same cost one scan on each side.
 */
export async function compareTable(
  live: Tx,
  rebuilt: Tx,
  table: BooksTable,
): Promise<TableFinding> {
  const columns = await columnsOf(rebuilt, table.name);
  const compared = columns.map(({ name }) => name).filter((name) => !table.leftOut?.[name]);
  const read: ReadTable = { ...table, compared };
  const digests = { live: await digestOf(live, read), rebuilt: await digestOf(rebuilt, read) };
  const found = { name: table.name, ...digests, differenceCount: 0n };
  const { count, digest } = digests.live;
  if (count === digests.rebuilt.count && digest === digests.rebuilt.digest) {
    return { ...found, differences: [] };
  }
  const differences: Difference[] = [];
  for await (const difference of differencesOf(rowsOf(live, read), rowsOf(rebuilt, read))) {
    found.differenceCount += 1n;
    if (differences.length < MOST_SHOWN) differences.push(difference);
  }
  return { ...found, differences };
}
