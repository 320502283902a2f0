import type { Tx } from '@causeway/db';
import { decide } from './decide.ts';
import { loadBooks } from './load.ts';
import type { Transfer, TransferResult } from './transfer.ts';
import { writeBooks } from './write.ts';

/**
 * Posts a batch of transfers within the caller's transaction, in two round trips. One result per
 * transfer, in order; every one is durable when the transaction commits, rejections too. Throws a
 * RangeError for a malformed transfer, with nothing written.
 *
 * A caller with rules of its own (limits, frozen accounts) does the three steps itself and looks
 * at the books in between.
 */
export async function applyTransfers(
  tx: Tx,
  transfers: readonly Transfer[],
): Promise<TransferResult[]> {
  const books = await loadBooks(tx, transfers);
  const results = decide(books, transfers);
  await writeBooks(tx, books);
  return results;
}
