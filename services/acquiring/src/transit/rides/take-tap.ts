import { TapResult, type TransitFindingKind, TransitTapKind } from '@causeway/proto/acquiring';
import { uuidFrom } from '@causeway/runtime';
import { afterTransfer, type Fare, fareBetween, fareOfTap } from '@causeway/transit';
import { findingOf, type Judged, rulingOnCopy, rulingsOn } from '../findings/rules.ts';
import { tariffOf } from '../lines/tariff.ts';
import type { RideRecord, TapRecord } from '../tap.ts';
import type { GrantBook } from './grant-book.ts';
import { endRide, startRide } from './pair.ts';

/** What became of an uploaded tap. */
export interface Taken {
  result: TapResult;
  /** The ride that its counter belongs to, as it stands. */
  ride: RideRecord | undefined;
  findings: TransitFindingKind[];
}

/** How long whoever records a ride has to charge it before somebody else does, in milliseconds. */
export const CHARGE_LEASE_MS = 15_000;

/**
 * Decides one upload on what the ones before it left, whatever their order. The first tap with a
 * counter counts; another one is evidence. Pure: no IO, no clock.
 *
 * @param nowMs when the batch is decided
 */
export function takeTap(book: GrantBook, judged: Judged, nowMs: number): Taken {
  const { tap } = judged;
  const earlier = book.taps.get(tap.counter);
  if (book.hasSeen(tap)) return taken(TapResult.REPEATED, book, earlier, []);
  const isSameOperator = book.hasHeardFrom(tap);
  book.see(tap);
  if (earlier !== undefined) {
    const ruling = rulingOnCopy(earlier, judged, isSameOperator);
    const finding = findingOf(judged, ruling, earlier.paymentId);
    book.find(finding);
    return taken(TapResult.EVIDENCE, book, earlier, [finding.kind]);
  }
  const rulings = rulingsOn(judged);
  // Whoever is inside is let out: who pays for a ride is decided where it begins.
  const isWaived = tap.kind !== TransitTapKind.EXIT && rulings.some(({ waives }) => waives);
  const ride = rideFor(book, judged, { nowMs, isWaived });
  const counted = { ...tap, paymentId: ride.paymentId };
  book.putTap(counted);
  const findings = rulings.map((ruling) => findingOf(judged, ruling, ride.paymentId));
  for (const finding of findings) book.find(finding);
  return taken(
    TapResult.RECORDED,
    book,
    counted,
    findings.map(({ kind }) => kind),
  );
}

function taken(
  result: TapResult,
  book: GrantBook,
  tap: TapRecord | undefined,
  findings: TransitFindingKind[],
): Taken {
  const paymentId = tap?.paymentId;
  const ride = paymentId === undefined ? undefined : book.rides.get(paymentId);
  return { result, ride, findings };
}

/** When a ride is assembled, and whether its payer owes nothing for it. */
export interface Circumstances {
  nowMs: number;
  isWaived: boolean;
}

/** The ride that a tap begins, ends or is, put into the book. */
function rideFor(book: GrantBook, judged: Judged, at: Circumstances): RideRecord {
  const { tap, line } = judged;
  if (line.fare?.$case === 'distance') {
    if (tap.kind === TransitTapKind.ENTRY) return startRide(book, judged, at);
    if (tap.kind === TransitTapKind.EXIT) return endRide(book, judged, at);
  }
  const begun = { partnerId: tap.partnerId, startTimeMs: tap.gateTimeMs, paymentId: undefined };
  const fare = discounted(book, judged, fareOfTap(tariffOf(line), tap), begun);
  return put(book, priced(whole(tap, line.currencyCode), fare, at));
}

/** The fare after what a transfer from one of the grant's other rides saves. */
function discounted(
  book: GrantBook,
  { line }: Judged,
  fare: Fare,
  { partnerId, startTimeMs, paymentId }: Begun,
): Fare {
  const others = [...book.rides.values()]
    .filter((ride) => ride.paymentId !== paymentId)
    .map((ride) => ({
      ...{ operatorId: ride.partnerId, lineId: ride.lineId },
      ...{ startMs: ride.startTimeMs, endMs: ride.endTimeMs },
    }));
  return afterTransfer(
    tariffOf(line),
    fare,
    { operatorId: partnerId, startMs: startTimeMs },
    others,
  );
}

/** What of a ride says where it began; it has no payment yet where it is being made. */
type Begun = Pick<RideRecord, 'partnerId' | 'startTimeMs'> & { paymentId: string | undefined };

/** A ride that is nothing but this tap so far. */
export function whole(tap: TapRecord, currencyCode: string): RideRecord {
  const { lane, issuerId, grantId, counter, partnerId, lineId, stopId, subject } = tap;
  const isExit = tap.kind === TransitTapKind.EXIT;
  return {
    ...{ lane, issuerId, grantId, partnerId, lineId, subject, currencyCode },
    paymentId: uuidFrom('transit_tap', issuerId, grantId, String(counter)),
    ...{ firstCounter: counter, lastCounter: undefined },
    fromStopId: isExit ? '' : stopId,
    toStopId: isExit ? stopId : '',
    startTimeMs: tap.gateTimeMs,
    endTimeMs: isExit ? tap.gateTimeMs : undefined,
    ...{ state: 'open', fareMinor: undefined, fareBasis: '', giveBackMinor: undefined },
    ...{ declineReason: 0, dueAtMs: undefined },
  };
}

/** The ride with its fare, to be charged at once or by whoever comes after; or nobody's to pay. */
export function priced(
  ride: RideRecord,
  fare: Fare,
  { nowMs, isWaived }: Circumstances,
): RideRecord {
  const known = { ...ride, fareMinor: fare.minor, fareBasis: fare.basis };
  if (isWaived) return { ...known, state: 'waived', dueAtMs: undefined };
  return { ...known, state: 'due', dueAtMs: nowMs + CHARGE_LEASE_MS };
}

/** Enters the ride and answers it. */
export function put(book: GrantBook, ride: RideRecord): RideRecord {
  book.putRide(ride);
  return ride;
}

/** The fare of a ride between two stops of a line, after what a transfer saves. */
export function pairFare(book: GrantBook, judged: Judged, ride: RideRecord): Fare {
  const fare = fareBetween(tariffOf(judged.line), ride.fromStopId, ride.toStopId);
  return discounted(book, judged, fare, ride);
}
