import { type Coalesced, coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import { failpoint, type Runtime } from '@causeway/runtime';
import { tapsTaken } from '../../metrics.ts';
import type { Judged } from '../findings/rules.ts';
import type { GrantRef } from '../tap.ts';
import { GrantBook } from './grant-book.ts';
import { lockGrants, readGrants, writeBooks } from './intake-store.ts';
import { type Taken, takeTap } from './take-tap.ts';

/** Takes one judged tap at a time, while batches of them are recorded behind it. */
export type TapIntake = Coalesced<Judged, Taken>;

/**
 * Opens the intake. Taps that wait while a batch is in flight make the next one; each is decided on
 * what the ones before it left, under the locks of their grants, in one commit. It answers after the
 * commit, so what is answered is durable.
 */
export function tapIntake(db: Database, runtime: Runtime): TapIntake {
  return coalesce<Judged, Taken>({
    ...{ name: 'acquiring.taps', runtime, maxBatch: 64 },
    party: ({ tap }) => tap.partnerId,
    async execute(batch) {
      const answers = await db.transaction(async (tx) => {
        const refs = grantsOf(batch);
        const nowMs = await lockGrants(tx, refs);
        const known = await readGrants(tx, refs);
        const books = new Map(
          refs.map((ref) => {
            const own = <Row extends GrantRef>(rows: readonly Row[]) =>
              rows.filter((row) => nameOf(row) === nameOf(ref));
            const book = new GrantBook(own(known.taps), own(known.rides), own(known.sightings));
            return [nameOf(ref), book];
          }),
        );
        const taken = batch.map((judged) => takeTap(bookOf(books, judged), judged, nowMs));
        await writeBooks(tx, [...books.values()], nowMs);
        await failpoint('acquiring.taps.before_commit');
        return taken;
      });
      await failpoint('acquiring.taps.committed');
      for (const { result } of answers) tapsTaken.add(1, { result: String(result) });
      return answers;
    },
  });
}

function bookOf(books: ReadonlyMap<string, GrantBook>, { tap }: Judged): GrantBook {
  const book = books.get(nameOf(tap));
  if (book === undefined) throw new Error(`grant ${tap.grantId} was not read`);
  return book;
}

function grantsOf(batch: readonly Judged[]): GrantRef[] {
  const refs = new Map<string, GrantRef>();
  for (const { tap } of batch) {
    const { lane, issuerId, grantId } = tap;
    refs.set(nameOf(tap), { lane, issuerId, grantId });
  }
  return [...refs.values()];
}

function nameOf({ issuerId, grantId }: GrantRef): string {
  return `${issuerId}/${grantId}`;
}
