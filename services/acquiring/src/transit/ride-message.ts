import { type Ride, RideState } from '@causeway/proto/acquiring';
import type { Money } from '@causeway/proto/common';
import type { RideRecord } from './tap.ts';

const STATES = {
  open: RideState.OPEN,
  due: RideState.DUE,
  paid: RideState.PAID,
  unpaid: RideState.UNPAID,
  waived: RideState.WAIVED,
} as const;

/** Where a ride stands, as its operator is told. */
export function rideStateOf({ state }: RideRecord): RideState {
  return STATES[state];
}

/** What a ride costs; undefined while it is not known. */
export function rideMoney({ currencyCode, fareMinor }: RideRecord): Money | undefined {
  return fareMinor === undefined ? undefined : { currencyCode, amountMinor: fareMinor };
}

/** A ride as its operator sees it. */
export function rideMessage(ride: RideRecord, sightingCount: number): Ride {
  const { paymentId, lineId, fromStopId, toStopId, fareBasis, declineReason } = ride;
  return {
    ...{ paymentId, lineId, fromStopId, toStopId, fareBasis, declineReason, sightingCount },
    startTime: new Date(ride.startTimeMs),
    endTime: ride.endTimeMs === undefined ? undefined : new Date(ride.endTimeMs),
    state: rideStateOf(ride),
    fare: rideMoney(ride),
  };
}
