import type { FindingRecord, RideRecord, SightingRecord, TapRecord } from '../tap.ts';

/**
 * All that is known of one grant, in memory: as it was read under its lock, and then as each tap
 * of a batch leaves it for the next.
 */
export class GrantBook {
  readonly taps = new Map<number, TapRecord>();
  readonly rides = new Map<string, RideRecord>();
  readonly newTaps = new Map<number, TapRecord>();
  readonly movedTaps = new Map<number, TapRecord>();
  readonly newSightings: SightingRecord[] = [];
  readonly newFindings = new Map<string, FindingRecord>();
  readonly changedRides = new Map<string, RideRecord>();
  /** Rides that were open and became part of another. */
  readonly droppedRides = new Map<string, RideRecord>();
  readonly #sightings = new Set<string>();
  /** By counter and operator. */
  readonly #operators = new Set<string>();

  constructor(
    taps: readonly TapRecord[],
    rides: readonly RideRecord[],
    sightings: readonly SightingRecord[],
  ) {
    for (const tap of taps) this.taps.set(tap.counter, tap);
    for (const ride of rides) this.rides.set(ride.paymentId, ride);
    for (const sighting of sightings) this.#remember(sighting);
  }

  /** Whether this very upload was seen before. */
  hasSeen(sighting: SightingRecord): boolean {
    return this.#sightings.has(nameOf(sighting));
  }

  /** Whether the operator of this upload has uploaded its counter before, from whichever gate. */
  hasHeardFrom({ counter, partnerId }: SightingRecord): boolean {
    return this.#operators.has(`${counter}/${partnerId}`);
  }

  see(sighting: SightingRecord): void {
    this.#remember(sighting);
    this.newSightings.push(sighting);
  }

  #remember(sighting: SightingRecord): void {
    this.#sightings.add(nameOf(sighting));
    this.#operators.add(`${sighting.counter}/${sighting.partnerId}`);
  }

  /** Enters a tap that counts, or the ride that one belongs to. */
  putTap(tap: TapRecord): void {
    const isNew = this.newTaps.has(tap.counter) || !this.taps.has(tap.counter);
    (isNew ? this.newTaps : this.movedTaps).set(tap.counter, tap);
    this.taps.set(tap.counter, tap);
  }

  putRide(ride: RideRecord): void {
    this.rides.set(ride.paymentId, ride);
    this.changedRides.set(ride.paymentId, ride);
  }

  /** Takes a ride away that nobody has been charged for. */
  dropRide(ride: RideRecord): void {
    if (ride.state !== 'open') throw new Error(`ride ${ride.paymentId} is ${ride.state}`);
    this.rides.delete(ride.paymentId);
    this.changedRides.delete(ride.paymentId);
    this.droppedRides.set(ride.paymentId, ride);
  }

  find(finding: FindingRecord): void {
    this.newFindings.set(finding.findingId, finding);
  }
}

function nameOf({ counter, partnerId, gateId, sequence, codeHash }: SightingRecord): string {
  return `${counter}/${partnerId}/${gateId}/${sequence}/${codeHash.toString('hex')}`;
}
