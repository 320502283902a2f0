import type { PaymentStanding } from '@causeway/proto/routing';

/** What the three books say that a payer paid and was not given back, in minor units. */
export interface Said {
  paymentId: string;
  /** What its wallet operator took. */
  takenMinor: bigint;
  /** What is booked. */
  bookedMinor: bigint;
  /** What routing says; undefined where it does not know the payment. */
  standing: PaymentStanding | undefined;
}

/** How long a payment must not have changed before its books have to agree, in milliseconds. */
const GRACE_MS = 30_000;

/**
 * What a difference means. Whatever is on its way, or has just ended, may be in one book and not yet
 * in the next. Where wallet operator and switch agree, the books only lack a fact that is late. What
 * the books and the wallet operator agree on is even, though routing may have forgotten it: that is a
 * restore of its database, and no money is wrong by it.
 */
export function judge(said: Said): 'even' | 'on its way' | 'unbooked' | 'mismatch' {
  const { takenMinor, bookedMinor, standing } = said;
  if (takenMinor === bookedMinor) return 'even';
  if (standing === undefined) return 'mismatch';
  if (!standing.atRest || standing.unchangedMs < GRACE_MS) return 'on its way';
  const keptMinor = standing.keptAmount?.amountMinor ?? 0n;
  return keptMinor === takenMinor ? 'unbooked' : 'mismatch';
}

/** A mismatch in words. */
export function inWords({ paymentId, takenMinor, bookedMinor, standing }: Said): string {
  const known = standing?.keptAmount?.amountMinor ?? 0n;
  const routing = standing === undefined ? 'does not know it' : `says ${known}`;
  return `payment ${paymentId}: the wallet operator took ${takenMinor}, the switch ${routing}, its books say ${bookedMinor}`;
}
