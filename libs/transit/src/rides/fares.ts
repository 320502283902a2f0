import type { Tap } from '../tap/tap.ts';
import type { Tariff } from './tariff.ts';

/** What a ride costs, and how that was found. */
export interface Fare {
  /** In minor units of the tariff's currency. */
  readonly minor: bigint;
  readonly basis: string;
}

/** What of a tap fares are made of. */
export type FareTap = Pick<Tap, 'kind' | 'fareMinor'>;

/** What a tap that is a whole ride costs: what the gate asked for, within what the line may ask. */
export function fareOfTap({ fare }: Tariff, { fareMinor }: Pick<FareTap, 'fareMinor'>): Fare {
  switch (fare.kind) {
    case 'flat': {
      const isLess = fareMinor > 0n && fareMinor < fare.fareMinor;
      return { minor: isLess ? fareMinor : fare.fareMinor, basis: 'flat fare' };
    }
    case 'amount':
      return { minor: least(fareMinor, fare.mostMinor), basis: 'by the meter' };
    case 'way':
      return { minor: fare.maximumMinor, basis: 'by the gate' };
  }
}

/** What a ride between two stops costs; the most where an end is missing or the pair has no fare. */
export function fareBetween({ fare }: Tariff, fromStopId: string, toStopId: string): Fare {
  if (fare.kind !== 'way') throw new RangeError('the line has no fares between stops');
  const { fares, maximumMinor } = fare;
  if (fromStopId === '' || toStopId === '') {
    const missing = fromStopId === '' ? 'entry' : 'exit';
    return { minor: maximumMinor, basis: `${missing} missing: the highest fare` };
  }
  const listed = fares.find(
    (one) =>
      (one.fromStopId === fromStopId && one.toStopId === toStopId) ||
      (one.fromStopId === toStopId && one.toStopId === fromStopId),
  );
  if (listed === undefined) return { minor: maximumMinor, basis: 'no such pair: the highest fare' };
  return { minor: least(listed.fareMinor, maximumMinor), basis: `${fromStopId} to ${toStopId}` };
}

/**
 * The most that a ride may come to which begins with this tap: what a gate holds against the grant's
 * caps, and what a copy of its code loses. 0 for an exit, which begins none.
 */
export function highestFare(tariff: Tariff, tap: FareTap): bigint {
  if (tap.kind === 'exit') return 0n;
  return tariff.fare.kind === 'way' ? tariff.fare.maximumMinor : fareOfTap(tariff, tap).minor;
}

/** A ride that somebody may have changed from. */
export interface EarlierRide {
  readonly operatorId: string;
  readonly lineId: string;
  readonly startMs: number;
  /** Undefined where it has no end of its own. */
  readonly endMs: number | undefined;
}

/**
 * The fare less what a transfer saves, where the person came from another line of the same operator a
 * short time before. What has not been uploaded yet saves nothing.
 *
 * @param begun the operator, and when the ride began in Unix milliseconds
 * @param others rides of the same grant
 */
export function afterTransfer(
  { lineId, transfer, stepMinor }: Tariff,
  fare: Fare,
  begun: { operatorId: string; startMs: number },
  others: readonly EarlierRide[],
): Fare {
  if (transfer === undefined) return fare;
  const { fromLineIds, withinSeconds, discountMinor } = transfer;
  const from = others.find((ride) => {
    const sinceMs = begun.startMs - (ride.endMs ?? ride.startMs);
    const isOther = ride.operatorId === begun.operatorId && ride.lineId !== lineId;
    const isListed = fromLineIds.length === 0 || fromLineIds.includes(ride.lineId);
    return isOther && isListed && sinceMs >= 0 && sinceMs <= withinSeconds * 1000;
  });
  if (from === undefined) return fare;
  const left = fare.minor - discountMinor;
  const minor = left > stepMinor ? left - (left % stepMinor) : stepMinor;
  return { minor, basis: `${fare.basis}, transfer from ${from.lineId}` };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
