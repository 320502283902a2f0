import type { Database } from '@causeway/db';
import { LANES, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import type { DebitCommand } from '../charges/command.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { expectSoundBooks, type TestWallet, testOperator } from '../testing/world.fixture.ts';
import { lockWallet } from '../wallets/store.ts';
import { numberDenied, selectDenied } from './deny-store.ts';
import type { GrantRecord } from './grant.ts';
import { ensureKey } from './keys.ts';
import { denyGrant, insertGrant, selectGrant } from './store.ts';

const { db } = await testDatabase(migrations);
const { execute, wallet } = await testOperator(db);
await db.transaction(ensureKey);
afterEach(() => expectSoundBooks(db));
afterEach(() => expectRidesCounted(db));

const FARE = 1_000n;

/** A grant of five rides, in the lane of its wallet. */
async function grantOf({ walletId, lane }: TestWallet, name: string): Promise<GrantRecord> {
  const id = uuidFrom('grant', name);
  const last = (Number.parseInt(id.slice(34), 16) & ~(LANES - 1)) | lane;
  const grant: GrantRecord = {
    ...{ lane, grantId: id.slice(0, 34) + last.toString(16).padStart(2, '0'), walletId },
    ...{ rideCapMinor: FARE, totalCapMinor: 5n * FARE, maxCodes: 100, keyId: 'k1' },
    ...{ usedMinor: 0n, rideCount: 0, lostMinor: 0n, borneMinor: 0n, requestId: name },
    ...{ userKey: new Uint8Array(32), signedGrant: new Uint8Array(64) },
    ...{ issuedAtMs: Date.UTC(2026, 0), expiresAtMs: Date.UTC(2100, 0) },
    ...{ lostAtMs: undefined, deniedReason: undefined, deniedAtMs: undefined },
  };
  await db.transaction((tx) => insertGrant(tx, grant));
  return grant;
}

function ride({ lane, grantId, walletId }: GrantRecord, counter: number): DebitCommand {
  return {
    ...{ kind: 'charge', lane, paymentId: uuidFrom('payment', grantId, String(counter)) },
    ...{ payer: { walletId, tap: { grantId, counter } }, amountMinor: FARE, holdTtlSeconds: 0 },
    terms: termsOf({ payee: { currencyCode: 'HKD', amountMinor: FARE } }),
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

async function wordOf(command: DebitCommand): Promise<string> {
  const [answer] = await execute([command]);
  if (answer === undefined || 'refusal' in answer) throw new Error('no charge was answered');
  return answer.charge.declineReason ?? answer.charge.state;
}

const UNCOUNTED = `
  SELECT g.grant_id FROM transit_grants g
    LEFT JOIN (
      SELECT lane, grant_id, sum(amount_minor) AS used, count(*) AS rides
        FROM charges WHERE state = 'captured' AND grant_id IS NOT NULL GROUP BY 1, 2
    ) c USING (lane, grant_id)
   WHERE (g.used_minor, g.ride_count) <> (coalesce(c.used, 0), coalesce(c.rides, 0))`;

/** Each grant has counted the rides that were charged under it. */
async function expectRidesCounted(on: Database): Promise<void> {
  expect(await on.query(UNCOUNTED, [])).toEqual([]);
}

/** Waits until somebody waits for a lock. */
async function untilOneWaits(): Promise<void> {
  const waiting = `SELECT count(*)::integer AS count FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const count = async () => (await db.query<{ count: number }>(waiting, []))[0]?.count;
  await expect.poll(count, { timeout: 5_000 }).toBe(1);
}

test('a ride is counted although its grant gets its place in the list meanwhile', async () => {
  const grant = await grantOf(await wallet('meanwhile'), 'meanwhile');
  await db.transaction((tx) => denyGrant(tx, grant, 'USER'));
  let charged: Promise<string> | undefined;
  await db.transaction(async (tx) => {
    expect(await numberDenied(tx)).toBe(1n);
    // The charge has read the grant as it was, and waits to write it.
    charged = wordOf(ride(grant, 1));
    await untilOneWaits();
  });
  expect(await charged).toBe('captured');
  expect(await selectGrant(db, grant)).toMatchObject({ usedMinor: FARE, rideCount: 1 });
  expect(await db.transaction((tx) => selectDenied(tx, 0n, 10))).toMatchObject([
    { version: 1n, grantId: grant.grantId, deniedReason: 'USER' },
  ]);
});

test('caps hold to the cent while the list grows', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const grants = await Promise.all(names.map(async (name) => grantOf(await wallet(name), name)));
  const rides = grants.flatMap((grant) => [1, 2, 3, 4, 5, 6].map((at) => wordOf(ride(grant, at))));
  const listed = grants.map(async (grant) => {
    await db.transaction(async (tx) => {
      // As whoever denies one does: charges under it have the wallet's lock too.
      await lockWallet(tx, grant.walletId);
      await denyGrant(tx, grant, 'REPLAYED_CODE');
    });
    await db.transaction(numberDenied);
  });
  const words = await Promise.all(rides);
  await Promise.all(listed);
  expect(words.filter((word) => word === 'captured')).toHaveLength(4 * 5);
  expect(words.filter((word) => word === 'LIMIT_GRANT_TOTAL')).toHaveLength(4);
  for (const grant of grants) {
    const after = await selectGrant(db, grant);
    expect(after).toMatchObject({ usedMinor: 5n * FARE, rideCount: 5 });
    expect(after?.deniedReason).toBe('REPLAYED_CODE');
  }
});
