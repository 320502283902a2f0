import type { TapKey } from '../code/code.ts';
import type { Tap } from '../tap/tap.ts';
import { type Tariff, tariffOf, wayFare } from './tariff.ts';

/** What rides are made of: a tap as it was uploaded, with the key that its code gives it. */
export interface RideTap
  extends Pick<
    Tap,
    | 'operatorId'
    | 'gateId'
    | 'kind'
    | 'routeId'
    | 'stopId'
    | 'tappedAtMs'
    | 'currencyCode'
    | 'fareMinor'
  > {
  readonly key: TapKey;
}

/**
 * How far a ride has come.
 *
 * - `complete`: everything is known, and the fare is final.
 * - `open`: the exit may still come; the fare is the maximum, and not yet due.
 * - `exit-missing`, `entry-missing`: it never came, and the fare is the configured maximum. An exit
 *   that is uploaded later makes the ride complete and the fare smaller, never greater.
 */
export type RideState = 'complete' | 'open' | 'exit-missing' | 'entry-missing';

/** One ride, whose id comes from the key of its first tap. */
export interface Ride {
  readonly first: RideTap;
  /** The exit, where there is one of its own. */
  readonly last: RideTap | undefined;
  readonly tariffId: string;
  readonly state: RideState;
  readonly currencyCode: string;
  /** Before the discount, in minor units. */
  readonly fullFareMinor: bigint;
  readonly discountMinor: bigint;
  /** To be paid. */
  readonly fareMinor: bigint;
}

/** Taps from which no ride can be made, and why. */
export interface Unpriced {
  readonly tap: RideTap;
  readonly reason: 'NO_TARIFF' | 'OTHER_CURRENCY' | 'OTHER_KIND';
}

/** What may be asked about rides. */
export interface RidesQuestion {
  /** Accepted taps of one grant, each key once, in any order. */
  readonly taps: readonly RideTap[];
  readonly tariffs: readonly Tariff[];
  /** Unix milliseconds: until when an exit may still be uploaded, an entry is waited for. */
  readonly nowMs: number;
  /** How long gates may take to upload. */
  readonly uploadSeconds: number;
}

/**
 * The rides that taps make. It depends on the set of taps alone and not on the order in which they
 * were uploaded; a tap more never makes an earlier ride dearer than it was while open.
 */
export function ridesOf({ taps, tariffs, nowMs, uploadSeconds }: RidesQuestion): {
  rides: Ride[];
  unpriced: Unpriced[];
} {
  const unpriced: Unpriced[] = [];
  const rides: Ride[] = [];
  const entries = new Map<string, { tap: RideTap; tariff: Tariff }>();
  const waitMs = (tariff: Tariff) => (longestOf(tariff) + uploadSeconds) * 1000;
  const without = ({ tap, tariff }: { tap: RideTap; tariff: Tariff }, mayStillCome: boolean) => {
    const isOpen = mayStillCome && nowMs < tap.tappedAtMs + waitMs(tariff);
    rides.push(rideOf(tap, undefined, tariff, isOpen ? 'open' : 'exit-missing'));
  };
  for (const tap of inOrder(taps)) {
    const tariff = tariffOf(tariffs, tap.operatorId, tap.routeId);
    const reason = whyUnpriced(tap, tariff);
    if (tariff === undefined || reason !== undefined) {
      unpriced.push({ tap, reason: reason ?? 'NO_TARIFF' });
    } else if (tap.kind === 'entry') {
      const before = entries.get(tariff.tariffId);
      // Whoever enters again has left in between; that exit may still be on its way.
      if (before) without(before, true);
      entries.set(tariff.tariffId, { tap, tariff });
    } else if (tap.kind === 'exit') {
      const entry = entries.get(tariff.tariffId);
      const isPair =
        entry !== undefined && tap.tappedAtMs - entry.tap.tappedAtMs <= longestOf(tariff) * 1000;
      if (entry) entries.delete(tariff.tariffId);
      if (entry && !isPair) without(entry, false);
      rides.push(
        isPair
          ? rideOf(entry.tap, tap, tariff, 'complete')
          : rideOf(tap, undefined, tariff, 'entry-missing'),
      );
    } else rides.push(rideOf(tap, undefined, tariff, 'complete'));
  }
  for (const entry of entries.values()) without(entry, true);
  return { rides: discounted(rides, tariffs), unpriced };
}

/** By time, and by counter where gates say the same time. */
function inOrder(taps: readonly RideTap[]): RideTap[] {
  return taps.toSorted((a, b) => a.tappedAtMs - b.tappedAtMs || a.key.counter - b.key.counter);
}

function whyUnpriced(tap: RideTap, tariff: Tariff | undefined): Unpriced['reason'] | undefined {
  if (tariff === undefined) return 'NO_TARIFF';
  if (tariff.currencyCode !== tap.currencyCode) return 'OTHER_CURRENCY';
  const isWay = tap.kind === 'entry' || tap.kind === 'exit';
  const kind = isWay ? 'way' : tap.kind;
  return tariff.fare.kind === kind ? undefined : 'OTHER_KIND';
}

function longestOf({ fare }: Tariff): number {
  return fare.kind === 'way' ? fare.longestRideSeconds : 0;
}

function rideOf(first: RideTap, last: RideTap | undefined, tariff: Tariff, state: RideState): Ride {
  const fullFareMinor = fullFare(first, last, tariff);
  const { tariffId, currencyCode } = tariff;
  return {
    ...{ first, last, tariffId, state, currencyCode },
    ...{ fullFareMinor, discountMinor: 0n, fareMinor: fullFareMinor },
  };
}

function fullFare(first: RideTap, last: RideTap | undefined, { fare }: Tariff): bigint {
  if (fare.kind === 'flat') return fare.fareMinor;
  if (fare.kind === 'amount') {
    return first.fareMinor < fare.mostMinor ? first.fareMinor : fare.mostMinor;
  }
  const found = last && wayFare(fare.table, first.stopId, last.stopId);
  return found !== undefined && found < fare.maximumMinor ? found : fare.maximumMinor;
}

/** Takes off what changing gives, ride by ride in the order of their beginnings. */
function discounted(rides: readonly Ride[], tariffs: readonly Tariff[]): Ride[] {
  const sorted = rides.toSorted(
    (a, b) => a.first.tappedAtMs - b.first.tappedAtMs || a.first.key.counter - b.first.key.counter,
  );
  const rules = new Map(tariffs.map(({ tariffId, transfer }) => [tariffId, transfer]));
  return sorted.map((ride, index) => {
    const rule = rules.get(ride.tariffId);
    const before = sorted[index - 1];
    if (rule === undefined || before === undefined || before.state === 'entry-missing') return ride;
    const pauseMs = ride.first.tappedAtMs - (before.last ?? before.first).tappedAtMs;
    const isTransfer =
      rule.fromTariffs.includes(before.tariffId) &&
      pauseMs >= 0 &&
      pauseMs <= rule.withinSeconds * 1000;
    if (!isTransfer) return ride;
    const discountMinor =
      rule.discountMinor < ride.fullFareMinor ? rule.discountMinor : ride.fullFareMinor;
    return { ...ride, discountMinor, fareMinor: ride.fullFareMinor - discountMinor };
  });
}
