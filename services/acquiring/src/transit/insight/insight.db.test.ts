import { writeFileSync } from 'node:fs';
import type { GetTransitInsightResponse } from '@causeway/proto/acquiring';
import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { upsertLine } from '../lines/store.ts';
import { rideRows } from '../rides/columns.ts';
import type { RideRecord } from '../tap.ts';
import { transitInsight } from './insight.ts';
import { GROUP_SIZE } from './publish.ts';

const { db } = await testDatabase(migrations);
const PARTNER = 'minibus';
const LINES = ['red', 'green'];
let rides = 0;

/** A ride on a day of November in Hong Kong. */
function ride(subject: string, lineId: string, day: number, hour: number, stop = 'a'): RideRecord {
  rides += 1;
  const grantId = uuidFrom('test.grant', subject);
  const startTimeMs = Date.UTC(2026, 9, day, hour - 8, hour === 9 ? 10 : 40);
  return {
    ...{ lane: 7, issuerId: 'issuer', grantId, paymentId: uuidFrom('test.ride', String(rides)) },
    ...{ firstCounter: rides, lastCounter: undefined, partnerId: PARTNER, lineId, subject },
    ...{ fromStopId: stop, toStopId: '', startTimeMs, endTimeMs: undefined, state: 'paid' },
    ...{ currencyCode: 'HKD', fareMinor: 840n, fareBasis: 'flat fare', giveBackMinor: undefined },
    ...{ declineReason: 0, dueAtMs: undefined },
  };
}

async function ridden(all: readonly RideRecord[]): Promise<void> {
  await db.query(
    `INSERT INTO transit_rides (lane, payment_id, issuer_id, grant_id, first_counter, last_counter,
       partner_id, line_id, from_stop_id, to_stop_id, start_time, end_time, state, currency_code,
       fare_minor, fare_basis, give_back_minor, subject, due_at, decline_reason)
     SELECT * FROM unnest($1::transit_ride_v2[]) AS n`,
    [rideRows(all)],
  );
}

const crowd = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name}-${at}`);

const ask = (fromDay: number, toDay: number, withPage = false) => {
  const date = (day: number) => `2026-10-${String(day).padStart(2, '0')}`;
  return transitInsight({ db }, PARTNER, {
    ...{ fromDate: date(fromDay), toDate: date(toDay), withPage },
  });
};

const counts = (insight: GetTransitInsightResponse) =>
  [...insight.lines, ...insight.lineHours, ...insight.stops, ...insight.transfers].map(
    ({ keys, count }) => [keys.join(' '), count] as const,
  );

beforeAll(async () => {
  for (const lineId of LINES) {
    const common = { merchantId: '', storeId: '', currencyCode: 'HKD', transfer: undefined };
    await db.transaction((tx) =>
      upsertLine(tx, PARTNER, {
        ...{ ...common, lineId, displayName: `Line ${lineId}`, timeZone: 'Asia/Hong_Kong' },
        fare: { $case: 'flat', value: { fareMinor: 840n } },
      }),
    );
  }
  const days = [5, 6, 7];
  await ridden(
    days.flatMap((day) => [
      ...crowd('early', 64).map((one) => ride(one, 'red', day, 8, 'mong-kok')),
      ...crowd('late', 31).map((one) => ride(one, 'red', day, 18, 'kwun-tong')),
      ...crowd('early', 22).map((one) => ride(one, 'green', day, 9, 'prince')),
    ]),
  );
  // One person whom somebody looks for: alone on a line at night, and in a crowd by day.
  await ridden([
    ride('target', 'red', 6, 3, 'pier'),
    ride('target', 'red', 6, 8, 'mong-kok'),
    ride('target', 'green', 6, 9, 'prince'),
  ]);
});

describe('insight', () => {
  test('tells trips, stops, hours, transfers and peaks, about as they were', async () => {
    const insight = await ask(5, 7, true);
    const told = new Map(counts(insight));
    expect(Number(told.get('red'))).toBeGreaterThan(3 * (95 - GROUP_SIZE));
    expect(Number(told.get('red'))).toBeLessThan(3 * (95 + GROUP_SIZE));
    expect([...told.keys()]).toEqual(
      expect.arrayContaining(['green', 'red 08', 'red 18', 'red mong-kok', 'red green']),
    );
    expect(insight.peaks.find(({ keys }) => keys[0] === 'red')?.keys[2]).toBe('08');
    const page = insight.page.toString();
    expect(page).toContain('Line red');
    if (process.env.TRANSIT_PAGE) writeFileSync(process.env.TRANSIT_PAGE, page);
  });

  test('has nothing of somebody who was alone: small groups are left out', async () => {
    const named = counts(await ask(5, 7)).map(([key]) => key);
    expect(named.filter((key) => key.includes('pier') || key.endsWith(' 03'))).toEqual([]);
  });

  test('gives the same answer for ever, whatever is uploaded later, and only sums of days', async () => {
    const before = counts(await ask(5, 7));
    await ridden(crowd('months-late', 40).map((one) => ride(one, 'red', 6, 3, 'pier')));
    expect(counts(await ask(5, 7))).toEqual(before);
    // Questions that overlap differ by whole days that can be asked for anyway.
    const [all, first, rest] = [await ask(5, 7), await ask(5, 5), await ask(6, 7)].map(
      (insight) => new Map(counts(insight)),
    );
    for (const [key, count] of all ?? []) {
      expect((first?.get(key) ?? 0n) + (rest?.get(key) ?? 0n)).toBe(count);
    }
  });

  test('does not tell an attacker who rides along whether one more person was there', async () => {
    // Two worlds that differ by one person, and an attacker who adds riders one by one: where
    // the count moves depends on a secret, so that it moves at the same place for too many totals.
    const moved: number[] = [];
    for (let own = 0; own < GROUP_SIZE; own += 1) {
      const day = 10 + own;
      await ridden(crowd('others', 11 + own).map((one) => ride(one, 'green', day, 12, 'x')));
      const told = counts(await ask(day, day)).find(([key]) => key === 'green');
      moved.push(Number(told?.[1] ?? 0n));
      expect(Number(told?.[1] ?? 0n) % GROUP_SIZE).toBe(0);
    }
    const expected = moved.map((_, own) => Math.floor((11 + own) / GROUP_SIZE) * GROUP_SIZE);
    // Without the secret each count would be rounded down, and tell when the twentieth came.
    expect(moved).not.toEqual(expected);
  });

  test('of fewer people than a group nothing is told, however often they ride', async () => {
    const few = crowd('few', GROUP_SIZE - 1);
    await ridden(few.flatMap((one) => crowd('', 9).map(() => ride(one, 'red', 25, 7, 'depot'))));
    expect(counts(await ask(25, 25))).toEqual([]);
  });
});
