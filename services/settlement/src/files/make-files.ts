import { waitingCharges } from '../postings/store.ts';
import { type DrawnUp, type DrawUpDeps, withChargedItems } from '../windows/draw-up.ts';
import { windowBy } from '../windows/store.ts';
import type { WindowKey } from '../windows/window.ts';
import { type FileDeps, writeClearingFiles } from './write-clearing-files.ts';

/**
 * Makes the files of a closed window from what it was drawn up to; safe to do again, and nothing once
 * the window is final.
 */
export async function makeFiles(
  deps: FileDeps & DrawUpDeps,
  key: WindowKey,
  { agreement, final, refundCounts }: DrawnUp,
): Promise<void> {
  const { db } = deps;
  const { participant, clearingDate } = key;
  const { closedAt, finalAt } = (await windowBy(db, key)) ?? {};
  if (finalAt !== undefined) return;
  if (closedAt === undefined) throw new Error(`the window of ${clearingDate} is not closed`);
  const charges = await waitingCharges(db, participant, final.chargesThrough);
  const sums = final.sums.map((sum) => ({
    ...sum,
    refundCount: refundCounts.get(sum.currencyCode) ?? 0n,
  }));
  const window = { participant, clearingDate };
  await withChargedItems(deps, window, agreement, async (items) => {
    await writeClearingFiles(deps, { window, sums, agreement, charges, closedAt }, items);
  });
}
