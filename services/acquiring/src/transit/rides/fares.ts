import { type TransitLine, TransitTapKind } from '@causeway/proto/acquiring';
import type { RideRecord, TapRecord } from '../tap.ts';

/** What a ride costs, and how that was found. */
export interface Fare {
  /** In minor units of the line's currency. */
  minor: bigint;
  basis: string;
}

/** What a tap that is a whole ride costs: what the gate asked for, within what the line may ask. */
export function fareOfTap({ fare }: TransitLine, tap: Pick<TapRecord, 'fareMinor'>): Fare {
  switch (fare?.$case) {
    case 'flat':
      return { minor: tap.fareMinor || fare.value.fareMinor, basis: 'flat fare' };
    case 'metered':
      return { minor: tap.fareMinor, basis: 'by the meter' };
    case 'distance':
      return { minor: tap.fareMinor || fare.value.maxFareMinor, basis: 'by the gate' };
    case undefined:
      throw new Error('a line without a fare');
  }
}

/** What a ride between two stops costs; the most where the other end is missing or has no fare. */
export function fareBetween({ fare }: TransitLine, fromStopId: string, toStopId: string): Fare {
  if (fare?.$case !== 'distance') throw new Error('the line has no fares between stops');
  const { fares, maxFareMinor } = fare.value;
  if (fromStopId === '' || toStopId === '') {
    const missing = fromStopId === '' ? 'entry' : 'exit';
    return { minor: maxFareMinor, basis: `${missing} missing: the highest fare` };
  }
  const listed = fares.find(
    (one) =>
      (one.fromStopId === fromStopId && one.toStopId === toStopId) ||
      (one.fromStopId === toStopId && one.toStopId === fromStopId),
  );
  if (listed === undefined) return { minor: maxFareMinor, basis: 'no such pair: the highest fare' };
  return { minor: listed.fareMinor, basis: `${fromStopId} to ${toStopId}` };
}

/** The most that a ride may come to which begins with this tap; 0 for an exit, which begins none. */
export function highestFare(line: TransitLine, tap: Pick<TapRecord, 'fareMinor' | 'kind'>): bigint {
  if (tap.kind === TransitTapKind.EXIT) return 0n;
  const { fare } = line;
  return fare?.$case === 'distance' ? fare.value.maxFareMinor : fareOfTap(line, tap).minor;
}

/**
 * The fare less what a transfer saves, where the person came from another line of the same
 * operator a short time before. What has not been uploaded yet saves nothing.
 *
 * @param others rides of the same grant
 */
export function afterTransfer(
  line: TransitLine,
  fare: Fare,
  startTimeMs: number,
  others: readonly RideRecord[],
  partnerId: string,
): Fare {
  const { transfer } = line;
  if (transfer === undefined) return fare;
  const { fromLineIds, withinSeconds, discountMinor } = transfer;
  const from = others.find((ride) => {
    const endMs = ride.endTimeMs ?? ride.startTimeMs;
    const isOther = ride.partnerId === partnerId && ride.lineId !== line.lineId;
    const isListed = fromLineIds.length === 0 || fromLineIds.includes(ride.lineId);
    const sinceMs = startTimeMs - endMs;
    return isOther && isListed && sinceMs >= 0 && sinceMs <= withinSeconds * 1000;
  });
  if (from === undefined) return fare;
  const minor = fare.minor > discountMinor ? fare.minor - discountMinor : 1n;
  return { minor, basis: `${fare.basis}, transfer from ${from.lineId}` };
}
