import { TapResult } from '@causeway/proto/acquiring';
import { DeclineReason } from '@causeway/proto/common';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import type { Judged } from '../findings/rules.ts';
import type { RideRecord } from '../tap.ts';
import { GrantBook } from './grant-book.ts';
import { tapIntake } from './intake.ts';
import { lockGrants, readGrants, writeBooks } from './intake-store.ts';
import { endRideCharge, priceOpenRide, selectRide } from './ride-store.ts';
import { takeTap } from './take-tap.ts';
import { entryOf, exitOf, tapOf } from './tap.fixture.ts';

const { db } = await testDatabase(migrations);
const intake = tapIntake(db, quietRuntime());
afterAll(() => intake.drain());

const LEASE_MS = 15_000;

/** Takes a tap, and answers its ride as it stands then. */
async function taken(judged: Judged): Promise<RideRecord> {
  const { ride } = await intake(judged);
  if (ride === undefined) throw new Error('a tap without a ride');
  return ride;
}

/**
 * Takes a tap as the intake does, while somebody else does something to its grant's rides after they
 * were read; answers what the other was answered.
 */
async function meanwhile<T>(judged: Judged, other: () => Promise<T>): Promise<T> {
  const beside = await db.transaction(async (tx) => {
    const refs = [judged.tap];
    const nowMs = await lockGrants(tx, refs);
    const { taps, rides, sightings } = await readGrants(tx, refs);
    const book = new GrantBook(taps, rides, sightings);
    const begun = other();
    // Long enough for whoever has no need to wait.
    await Promise.race([begun, db.query('SELECT pg_sleep(0.2)', [])]);
    takeTap(book, judged, nowMs);
    await writeBooks(tx, [book], nowMs);
    return { begun };
  });
  return beside.begun;
}

test('a ride is not priced at the highest fare while its exit is being recorded', async () => {
  const begun = await taken(entryOf('priced', 1));
  expect(begun.state).toBe('open');
  const fare = { minor: 520n, basis: 'exit missing' };
  const wasPriced = await meanwhile(exitOf('priced', 2), () =>
    priceOpenRide(db, begun, fare, LEASE_MS),
  );
  expect(wasPriced).toBe(false);
  expect(await selectRide(db, begun)).toMatchObject({ state: 'due', fareMinor: 190n });
});

test('a charge that ends while the exit is being recorded stays ended, and something is given back', async () => {
  const begun = await taken(entryOf('ended', 1));
  await priceOpenRide(db, begun, { minor: 520n, basis: 'exit missing' }, LEASE_MS);
  await meanwhile(exitOf('ended', 2), () =>
    endRideCharge(db, begun, { state: 'paid', declineReason: 0 }, []),
  );
  const paid = await selectRide(db, begun);
  expect(paid).toMatchObject({ state: 'paid', fareMinor: 520n, giveBackMinor: 330n });
  expect(paid?.dueAtMs).toBeDefined();
});

test('the exit of a ride that was left unpaid is recorded like any other', async () => {
  const begun = await taken(entryOf('unpaid', 1));
  await priceOpenRide(db, begun, { minor: 520n, basis: 'exit missing' }, LEASE_MS);
  const declineReason = DeclineReason.INSUFFICIENT_FUNDS;
  await endRideCharge(db, begun, { state: 'unpaid', declineReason }, []);
  const { result, ride } = await intake(exitOf('unpaid', 2));
  expect(result).toBe(TapResult.RECORDED);
  expect(ride).toMatchObject({ paymentId: begun.paymentId, toStopId: 'b', state: 'unpaid' });
});

test('taps count once, in whatever order they come, and make the same rides', async () => {
  const day = (grant: string) => [
    tapOf(grant, 1),
    entryOf(grant, 2),
    exitOf(grant, 3),
    tapOf(grant, 4),
  ];
  const rides = async (grant: string, taps: readonly Judged[]) => {
    for (const tap of [...taps, ...taps]) await intake(tap);
    const found = await db.transaction(
      async (tx) =>
        (
          await readGrants(
            tx,
            taps.map(({ tap }) => tap),
          )
        ).rides,
    );
    return new Set(
      found.map(({ firstCounter, lastCounter, fareMinor }) =>
        [grant && firstCounter, lastCounter, fareMinor].join(),
      ),
    );
  };
  const forward = await rides('forward', day('forward'));
  expect(await rides('backward', day('backward').reverse())).toEqual(forward);
  expect(forward).toEqual(new Set(['1,,230', '2,3,190', '4,,230']));
});
