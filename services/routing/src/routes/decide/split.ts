import type { VolumeShare } from '@causeway/proto/routing';
import { throwOf } from './chance.ts';

/**
 * The routes of a split in the order in which the payment falls to them: one is drawn by the
 * shares, then one of the rest by theirs, and so on. Where the first cannot be taken its payments
 * fall to the others by their shares, and the payments of the others stay where they are.
 *
 * @param purpose names the split, so that another one draws anew
 */
export function drawnOrder(
  shares: readonly VolumeShare[],
  purpose: string,
  paymentId: string,
): string[] {
  const left = [...shares];
  const order: string[] = [];
  while (left.length > 0) {
    const at = drawn(left, `${purpose}/${order.length}`, paymentId);
    const [share] = left.splice(at, 1);
    if (share) order.push(share.routeId);
  }
  return order;
}

function drawn(shares: readonly VolumeShare[], purpose: string, paymentId: string): number {
  const total = shares.reduce((sum, { percent }) => sum + percent, 0);
  let ahead = throwOf(purpose, paymentId, total);
  const at = shares.findIndex(({ percent }) => {
    ahead -= percent;
    return ahead < 0;
  });
  return at;
}
