import { failpoint, type Runtime } from '@causeway/runtime';
import { fareBetween } from '@causeway/transit';
import { ridesDue, ridesDueAge } from '../../metrics.ts';
import { tariffOf } from '../lines/tariff.ts';
import { failuresOf, type Running, startLooking } from '../looking.ts';
import type { RideRecord } from '../tap.ts';
import type { Charging } from './ask.ts';
import { chargeRide } from './charge.ts';
import { claimDueRides, dueSummary, priceOpenRide } from './ride-store.ts';

const LEASE_MS = 15_000;
const CLAIM_LIMIT = 64;
const CHARGE_TIMEOUT_MS = 10_000;

/**
 * Takes up what nobody works on: rides whose other tap has not come in its time, charges that were
 * not answered, and what is to be given back.
 */
export function startRideSweep(charging: Charging, runtime: Runtime): Running {
  return startLooking(runtime, 'rides that are due could not be charged', async () => {
    await failpoint('acquiring.rides.sweeping');
    const due = await claimDueRides(charging.db, LEASE_MS, CLAIM_LIMIT);
    const deadlineMs = runtime.clock.nowMs() + CHARGE_TIMEOUT_MS;
    const failures = await failuresOf(due.map((ride) => settle(charging, ride, deadlineMs)));
    const { count, oldest } = await dueSummary(charging.db);
    ridesDue.set(count);
    ridesDueAge.set(oldest ? (runtime.clock.nowMs() - oldest.getTime()) / 1_000 : 0);
    return failures;
  });
}

async function settle(charging: Charging, ride: RideRecord, deadlineMs: number): Promise<void> {
  const due = ride.state === 'open' ? await priced(charging, ride) : ride;
  if (due !== undefined) await chargeRide(charging, due, deadlineMs);
}

/** The ride at the highest fare; undefined where its other tap came after all. */
async function priced(charging: Charging, ride: RideRecord): Promise<RideRecord | undefined> {
  const line = await charging.lineOf(ride.partnerId, ride.lineId);
  if (line === undefined) throw new Error(`line ${ride.lineId} of ${ride.partnerId} is gone`);
  const fare = fareBetween(tariffOf(line), ride.fromStopId, ride.toStopId);
  if (!(await priceOpenRide(charging.db, ride, fare, LEASE_MS))) return undefined;
  return { ...ride, state: 'due', fareMinor: fare.minor, fareBasis: fare.basis };
}
