import { uuidFrom } from '@causeway/runtime';
import type { WindowKey, WindowSum } from '../windows/window.ts';

/** All that a sum says: of any other sum the files are others. */
const PARTS = [
  ...['currencyCode', 'itemCount', 'capturedMinor', 'refundedMinor', 'feesMinor'],
  ...['adjustmentsMinor', 'disputesMinor', 'carriedMinor', 'reserveMinor', 'releasedMinor'],
  ...['netMinor', 'dueMinor', 'monthVolumeMinor', 'feeTier', 'valueDate', 'releaseDate'],
] as (keyof WindowSum)[];

/**
 * Names what the files of a window that comes to these sums say. The commit that makes the window
 * final finds by it files that were made of exactly what it records, whichever writer made them.
 */
export function contentIdOf(
  { participant: { kind, id }, clearingDate }: WindowKey,
  sums: readonly WindowSum[],
): string {
  const parts = sums.flatMap((sum) => PARTS.map((part) => String(sum[part] ?? '')));
  return uuidFrom('clearing-files', kind, id, clearingDate, ...parts);
}
