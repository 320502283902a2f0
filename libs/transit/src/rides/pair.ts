import type { Tap } from '../tap/tap.ts';
import type { Tariff } from './tariff.ts';

/** What of a tap says which others it may belong to. */
export interface PairTap {
  readonly counter: number;
  readonly kind: Tap['kind'];
  readonly operatorId: string;
  readonly lineId: string;
  /** By the gate, in Unix milliseconds. */
  readonly tappedAtMs: number;
}

/** By how much the clocks of two gates of one operator may be at odds, in milliseconds. */
const GATES_APART_MS = 120_000;

/**
 * The other end of an entry's or an exit's ride: of the grant's taps at this operator on this line the next
 * one by counter, which no clock can turn round, if it is of the other kind and near enough in
 * time. A rider chooses his counters: an exit well before its entry ends another ride. Whether it has another end already is the caller's to look at.
 */
export function otherEnd<T extends PairTap>(
  taps: readonly T[],
  tap: PairTap,
  { fare }: Tariff,
): T | undefined {
  if (fare.kind !== 'way') return undefined;
  const [wanted, direction] = tap.kind === 'entry' ? ['exit', 1] : ['entry', -1];
  const [next] = taps
    .filter(({ operatorId, lineId }) => operatorId === tap.operatorId && lineId === tap.lineId)
    .filter(({ counter }) => (counter - tap.counter) * Number(direction) > 0)
    .sort((a, b) => (a.counter - b.counter) * Number(direction));
  if (next?.kind !== wanted) return undefined;
  const rideMs = (next.tappedAtMs - tap.tappedAtMs) * Number(direction);
  return rideMs >= -GATES_APART_MS && rideMs <= fare.longestRideSeconds * 1000 ? next : undefined;
}
