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

/**
 * The other end of an entry's or an exit's ride: of the grant's taps at this operator on this line the next
 * one by counter, which no clock can turn round, if it is of the other kind and near enough in
 * time. Whether it has another end already is the caller's to look at.
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
  const apartMs = Math.abs(next.tappedAtMs - tap.tappedAtMs);
  return apartMs <= fare.longestRideSeconds * 1000 ? next : undefined;
}
