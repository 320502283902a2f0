import { TransitTapKind } from '@causeway/proto/acquiring';
import { fareBetween, otherEnd, type PairTap } from '@causeway/transit';
import type { Judged } from '../findings/rules.ts';
import { kindName, tariffOf } from '../lines/tariff.ts';
import type { RideRecord, TapRecord } from '../tap.ts';
import type { GrantBook } from './grant-book.ts';
import { type Circumstances, pairFare, priced, put, whole } from './take-tap.ts';

/**
 * The ride that an entry begins: the one whose exit is there already, or a new one that waits for
 * its exit.
 */
export function startRide(book: GrantBook, judged: Judged, at: Circumstances): RideRecord {
  const { tap, line } = judged;
  const ride = whole(tap, line.currencyCode);
  const exit = neighbour(book, judged);
  const alone = exit?.paymentId === undefined ? undefined : book.rides.get(exit.paymentId);
  if (exit === undefined || alone === undefined) return put(book, waiting(ride, judged, at));
  if (alone.state !== 'open') return put(book, completed(book, judged, alone, tap));
  // Nobody was charged for the exit alone: the ride is the entry's, as if it had come first.
  book.dropRide(alone);
  book.putTap({ ...exit, paymentId: ride.paymentId });
  const both = {
    ...ride,
    lastCounter: exit.counter,
    toStopId: exit.stopId,
    endTimeMs: exit.gateTimeMs,
  };
  return put(book, priced(both, pairFare(book, judged, both), at));
}

/** The ride that an exit ends: the one whose entry is there, or one that waits for its entry. */
export function endRide(book: GrantBook, judged: Judged, at: Circumstances): RideRecord {
  const { tap, line } = judged;
  const entry = neighbour(book, judged);
  const begun = entry?.paymentId === undefined ? undefined : book.rides.get(entry.paymentId);
  if (begun === undefined) return put(book, waiting(whole(tap, line.currencyCode), judged, at));
  if (begun.state !== 'open') return put(book, completed(book, judged, begun, tap));
  const both = {
    ...begun,
    ...{ lastCounter: tap.counter, toStopId: tap.stopId, endTimeMs: tap.gateTimeMs },
  };
  return put(book, priced(both, pairFare(book, judged, both), at));
}

/** The other end of a tap's ride, if it is there and has no other end itself. */
function neighbour(book: GrantBook, { tap, line }: Judged): TapRecord | undefined {
  const ends = [...book.taps.values()].map((one) => ({ ...endOf(one), record: one }));
  const next = otherEnd(ends, endOf(tap), tariffOf(line))?.record;
  if (next?.paymentId === undefined) return undefined;
  return book.rides.get(next.paymentId)?.lastCounter === undefined ? next : undefined;
}

function endOf({ counter, kind, partnerId, lineId, gateTimeMs }: TapRecord): PairTap {
  const place = { operatorId: partnerId, lineId, tappedAtMs: gateTimeMs };
  return { counter, kind: kindName(kind), ...place };
}

/** A ride that waits for its other end. */
function waiting(
  ride: RideRecord,
  { line }: Judged,
  { nowMs, isWaived }: Circumstances,
): RideRecord {
  const wait = line.fare?.$case === 'distance' ? line.fare.value.waitSeconds * 1000 : 0;
  if (!isWaived) return { ...ride, dueAtMs: nowMs + wait };
  const fareMinor = fareBetween(tariffOf(line), '', '').minor;
  return { ...ride, state: 'waived', fareMinor, fareBasis: 'not to be paid' };
}

/**
 * A ride that was charged the highest fare before its other end came: it is whole now, debits nobody
 * again, and what was too much is given back.
 */
function completed(book: GrantBook, judged: Judged, ride: RideRecord, tap: TapRecord): RideRecord {
  const isEntry = tap.kind === TransitTapKind.ENTRY;
  const both: RideRecord = {
    ...ride,
    lastCounter: tap.counter,
    fromStopId: isEntry ? tap.stopId : ride.fromStopId,
    toStopId: isEntry ? ride.toStopId : tap.stopId,
    startTimeMs: isEntry ? tap.gateTimeMs : ride.startTimeMs,
    endTimeMs: isEntry ? ride.endTimeMs : tap.gateTimeMs,
  };
  const fare = pairFare(book, judged, both);
  const asked = ride.fareMinor ?? fare.minor;
  const isPaid = ride.state === 'paid' || ride.state === 'due';
  if (!isPaid || fare.minor >= asked) return both;
  return {
    ...both,
    giveBackMinor: asked - fare.minor,
    fareBasis: `${ride.fareBasis}; ${fare.basis} once its other end came`,
    dueAtMs: ride.dueAtMs ?? 0,
  };
}
