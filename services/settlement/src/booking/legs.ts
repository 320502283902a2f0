import type { Booking, BookingLine } from './booking.ts';

/** The purpose of an account. The first seven are of bookings, the others of commands alone. */
export type AccountCode =
  /** What wallet operators owe for captured payments. */
  | 'issuer_receivable'
  /** What wallet operators are owed for refunds. */
  | 'issuer_refunds'
  /** What acquirers are owed for captured payments. */
  | 'acquirer_payable'
  /** What acquirers owe for refunds. */
  | 'acquirer_refunds'
  /** Where the two currencies of a payment meet: the switch's open position in each. */
  | 'fx_clearing'
  /** What the markup earns. */
  | 'markup_income'
  /** What rounding up to whole minor units adds. */
  | 'rounding'
  /** What fees earn, of acquirers. */
  | 'fee_income'
  /** What fees cost, for wallet operators. */
  | 'fee_expense'
  /** What is held back of what an acquirer is owed. */
  | 'reserve'
  /** The switch's own accounts at banks. */
  | 'nostro'
  /** What participants paid in ahead. */
  | 'prefunding'
  /** What reasoned corrections cost, or bring. */
  | 'adjustments';

/** The owner of the switch's own accounts. */
export const HOUSE = '';

/** One account before it has a currency and a lane. */
export interface AccountName {
  code: AccountCode;
  /** The participant it is about, or `HOUSE`. */
  owner: string;
}

/** One double entry of a booking, as it is told: the books keep the booking whole. */
export interface Leg {
  /** Which one it is, for example `capture.mid`; unique within its payment or refund. */
  step: string;
  debit: AccountName;
  credit: AccountName;
  currencyCode: string;
  /** Above zero, in minor units. */
  amountMinor: bigint;
}

/** What of a booking moves money. */
type BookedAmounts = Omit<Booking, keyof BookingLine>;

/**
 * A booking as double entries, in the order in which money goes. A cancel takes the way of the
 * capture backwards, a refund likewise over the accounts that refunds have.
 */
export function legsOf(booking: BookedAmounts): Leg[] {
  const legs = forwardLegs(booking);
  return booking.kind === 'capture' ? legs : legs.map(reversed);
}

function forwardLegs(booking: BookedAmounts): Leg[] {
  const { kind, payerCurrency, payeeCurrency, payeeMinor } = booking;
  const isRefund = kind === 'refund';
  const issuer: AccountName = {
    code: isRefund ? 'issuer_refunds' : 'issuer_receivable',
    owner: booking.issuerId,
  };
  const acquirer: AccountName = {
    code: isRefund ? 'acquirer_refunds' : 'acquirer_payable',
    owner: booking.partnerId,
  };
  const leg = (part: string, debit: AccountName, credit: AccountName, currencyCode: string) => {
    const step = `${kind}.${part}`;
    return (amountMinor: bigint) => entries({ step, debit, credit, currencyCode, amountMinor });
  };
  if (payerCurrency === payeeCurrency) {
    return leg('direct', issuer, acquirer, payeeCurrency)(payeeMinor);
  }
  return [
    leg('mid', issuer, house('fx_clearing'), payerCurrency)(booking.midMinor),
    leg('markup', issuer, house('markup_income'), payerCurrency)(booking.markupMinor),
    leg('residual', issuer, house('rounding'), payerCurrency)(booking.residualMinor),
    leg('payee', house('fx_clearing'), acquirer, payeeCurrency)(payeeMinor),
  ].flat();
}

/** None for nothing; one the other way round for a negative part, as of a markup below mid. */
function entries(leg: Leg): Leg[] {
  if (leg.amountMinor === 0n) return [];
  return [leg.amountMinor > 0n ? leg : { ...reversed(leg), amountMinor: -leg.amountMinor }];
}

function reversed(leg: Leg): Leg {
  return { ...leg, debit: leg.credit, credit: leg.debit };
}

function house(code: AccountCode): AccountName {
  return { code, owner: HOUSE };
}
