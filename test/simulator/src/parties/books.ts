import type { Payment } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { type Booking, bookingOf } from '@causeway/settlement/src/booking/booking.ts';
import { type AccountName, legsOf } from '@causeway/settlement/src/booking/legs.ts';
import type { KeptFact } from '../stores/routing-tables.ts';

/**
 * What consumers of the facts keep: the switch's own books, as settlement books them, and the newest
 * version of each payment, as acquirers' lists show it. A fact may come twice, and in any order.
 */
export class BooksTables {
  /** The newest version that was told of each payment. */
  readonly newest = new Map<string, Payment>();
  /** How often each fact took effect. */
  readonly seen = new Map<string, number>();
  /** Facts that say other things than are booked under their ids. */
  readonly refused: string[] = [];
  readonly #bookings = new Map<string, Booking>();
  readonly #balances = new Map<string, bigint>();

  /** Takes a fact in, in one transaction. */
  takeIn({ fact }: KeptFact): void {
    this.seen.set(fact.factId, (this.seen.get(fact.factId) ?? 0) + 1);
    const told = PaymentFact.decode(fact.body);
    if (told.payment) this.#keep(told.payment);
    const booking = bookingOf(told);
    if (booking) this.#book(booking);
  }

  #keep(payment: Payment): void {
    const known = this.newest.get(payment.paymentId);
    if (known === undefined || payment.version > known.version) {
      this.newest.set(payment.paymentId, payment);
    }
  }

  #book(booking: Booking): void {
    const key = `${booking.kind} ${booking.subjectId}`;
    const known = this.#bookings.get(key);
    if (known !== undefined) {
      if (!isSame(known, booking)) this.refused.push(key);
      return;
    }
    this.#bookings.set(key, booking);
    for (const { debit, credit, currencyCode, amountMinor } of legsOf(booking)) {
      this.#add(debit, currencyCode, amountMinor);
      this.#add(credit, currencyCode, -amountMinor);
    }
  }

  #add({ code, owner }: AccountName, currencyCode: string, minor: bigint): void {
    const key = `${code} ${owner} ${currencyCode}`;
    this.#balances.set(key, (this.#balances.get(key) ?? 0n) + minor);
  }

  /** What an account holds, debits less credits, in minor units. */
  balanceMinor({ code, owner }: AccountName, currencyCode: string): bigint {
    return this.#balances.get(`${code} ${owner} ${currencyCode}`) ?? 0n;
  }

  /** Currencies of which the balances of all accounts do not sum to zero. */
  problems(): string[] {
    const sums = new Map<string, bigint>();
    for (const [key, minor] of this.#balances) {
      const currencyCode = key.slice(key.lastIndexOf(' ') + 1);
      sums.set(currencyCode, (sums.get(currencyCode) ?? 0n) + minor);
    }
    return [...sums]
      .filter(([, sum]) => sum !== 0n)
      .map(([code, sum]) => `the switch’s books in ${code} sum to ${sum}`);
  }
}

/** Two facts of one cancel book the same, whatever days stand in them. */
function isSame(one: Booking, other: Booking): boolean {
  const isOfOneDay =
    one.acquirerClearingDate === other.acquirerClearingDate &&
    one.issuerClearingDate === other.issuerClearingDate;
  return (
    one.issuerId === other.issuerId &&
    one.partnerId === other.partnerId &&
    one.payerCurrency === other.payerCurrency &&
    one.payeeCurrency === other.payeeCurrency &&
    one.payerMinor === other.payerMinor &&
    one.payeeMinor === other.payeeMinor &&
    one.midMinor === other.midMinor &&
    one.markupMinor === other.markupMinor &&
    one.residualMinor === other.residualMinor &&
    (one.kind === 'cancel' || isOfOneDay)
  );
}
