import type { Database } from '@causeway/db';
import type { TransitLine } from '@causeway/proto/acquiring';
import type { Runtime } from '@causeway/runtime';
import { selectLine } from './store.ts';

/** How long a line may be used as it was read. */
const FRESH_MS = 1_000;
const MAX_KEPT = 2_000;

/** Reads a line of an operator, as it was within the last second. */
export type LineOf = (partnerId: string, lineId: string) => Promise<TransitLine | undefined>;

/** Every tap asks for its line, so each is read once a second. */
export function linesOf(db: Database, { clock }: Runtime): LineOf {
  const kept = new Map<string, { atMs: number; line: Promise<TransitLine | undefined> }>();
  return (partnerId, lineId) => {
    const name = `${partnerId}/${lineId}`;
    const known = kept.get(name);
    const nowMs = clock.monotonicMs();
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.line;
    if (kept.size >= MAX_KEPT) kept.clear();
    const line = selectLine(db, partnerId, lineId);
    kept.set(name, { atMs: nowMs, line });
    line.catch(() => kept.delete(name));
    return line;
  };
}
