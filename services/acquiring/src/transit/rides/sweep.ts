import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import { fareBetween } from '@causeway/transit';
import { ridesDue, ridesDueAge } from '../../metrics.ts';
import { tariffOf } from '../lines/tariff.ts';
import type { RideRecord } from '../tap.ts';
import type { Charging } from './ask.ts';
import { chargeRide } from './charge.ts';
import { claimDueRides, dueSummary, priceOpenRide } from './ride-store.ts';

const LOOK_MS = 1_000;
const LEASE_MS = 15_000;
const CLAIM_LIMIT = 64;
const CHARGE_TIMEOUT_MS = 10_000;

/**
 * Takes up what nobody works on: rides whose other tap has not come in its time, charges that were
 * not answered, and what is to be given back.
 */
export function startRideSweep(charging: Charging, runtime: Runtime): { stop(): Promise<void> } {
  const blind = new Trouble(runtime, 'rides that are due could not be charged');
  let looking = Promise.resolve();
  const look = async () => {
    try {
      await failpoint('acquiring.rides.sweeping');
      const due = await claimDueRides(charging.db, LEASE_MS, CLAIM_LIMIT);
      const deadlineMs = runtime.clock.nowMs() + CHARGE_TIMEOUT_MS;
      const failed = await Promise.all(due.map((ride) => settle(charging, ride, deadlineMs)));
      const { count, oldest } = await dueSummary(charging.db);
      ridesDue.set(count);
      ridesDueAge.set(oldest ? (runtime.clock.nowMs() - oldest.getTime()) / 1_000 : 0);
      const [err] = failed.filter((error) => error !== undefined);
      if (err === undefined) blind.passed();
      else blind.failed({ err });
    } catch (err) {
      blind.failed({ err });
    }
  };
  const cancel = runtime.timers.every(LOOK_MS, () => {
    looking = look();
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

/** Works on one ride; answers what went wrong. */
async function settle(charging: Charging, ride: RideRecord, deadlineMs: number): Promise<unknown> {
  try {
    const due = ride.state === 'open' ? await priced(charging, ride) : ride;
    if (due !== undefined) await chargeRide(charging, due, deadlineMs);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The ride at the highest fare; undefined where its other tap came after all. */
async function priced(charging: Charging, ride: RideRecord): Promise<RideRecord | undefined> {
  const line = await charging.lineOf(ride.partnerId, ride.lineId);
  if (line === undefined) throw new Error(`line ${ride.lineId} of ${ride.partnerId} is gone`);
  const fare = fareBetween(tariffOf(line), ride.fromStopId, ride.toStopId);
  if (!(await priceOpenRide(charging.db, ride, fare, LEASE_MS))) return undefined;
  return { ...ride, state: 'due', fareMinor: fare.minor, fareBasis: fare.basis };
}
