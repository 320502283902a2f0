import type { Database } from '@causeway/db';
import { type Cancel, type Runtime, sharedTurns, Trouble } from '@causeway/runtime';
import { directoryAge } from '../metrics.ts';
import type { Directory } from './directory.ts';
import {
  changedMerchants,
  changedPartners,
  changedStores,
  changedTerminals,
  latestChange,
  type ReadChanges,
} from './store.ts';

const POLL_EVERY_MS = 500;
const PAGE = 5_000;

/**
 * Fills the directory, then keeps it up with what any replica changes. An idle poll is one row
 * read. While the database cannot be reached payments go on with what is known.
 */
export async function followDirectory(
  db: Database,
  directory: Directory,
  runtime: Runtime,
): Promise<Cancel> {
  let seen = await catchUp(db, directory, 0n);
  let seenAtMs = runtime.clock.monotonicMs();
  const unread = new Trouble(runtime, 'the directory was not refreshed');
  const refresh = sharedTurns(async () => {
    try {
      seen = await catchUp(db, directory, seen);
      seenAtMs = runtime.clock.monotonicMs();
      unread.passed();
    } catch (err) {
      unread.failed({ err });
    }
    directoryAge.set((runtime.clock.monotonicMs() - seenAtMs) / 1_000);
  });
  directory.readAgainBy(refresh);
  return runtime.timers.every(POLL_EVERY_MS, refresh);
}

/** Takes in all changes after `seen`; answers the number up to which none is missing now. */
async function catchUp(db: Database, directory: Directory, seen: bigint): Promise<bigint> {
  const latest = await latestChange(db);
  if (latest === seen) return seen;
  // What a store or terminal belongs to is taken in before it, so that no place is half known.
  await each(db, changedPartners, seen, (row) => directory.learnPartner(row.partnerId));
  await each(db, changedMerchants, seen, (row) => directory.learnMerchant(row));
  await each(db, changedStores, seen, (row) => directory.learnStore(row));
  await each(db, changedTerminals, seen, (row) => directory.learnTerminal(row));
  return latest;
}

async function each<Row>(
  db: Database,
  read: ReadChanges<Row>,
  seen: bigint,
  learn: (row: Row) => void,
): Promise<void> {
  let after = seen;
  for (;;) {
    const page = await read(db, after, PAGE);
    for (const row of page) learn(row);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.change;
  }
}
