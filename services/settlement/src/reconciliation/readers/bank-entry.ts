/** One movement of a statement, as the bank has it. */
export interface BankEntry {
  /** Its number within the statement, from 1. */
  lineNo: number;
  /** The bank's own reference of it. */
  entryReference: string | undefined;
  /** What we gave the payment on its way; a bank hands it back unchanged. */
  endToEndId: string | undefined;
  /** Credit is money that came to us. */
  direction: 'credit' | 'debit';
  currencyCode: string;
  /** Not below zero. */
  amountMinor: bigint;
  /** Whether it takes an earlier entry back. */
  reversal: boolean;
  status: 'booked' | 'pending';
  bookingDate: string;
  valueDate: string;
  /** What else the bank was told, or tells. */
  reference: string | undefined;
}

/** What a statement says of itself. */
export interface StatementFrame {
  statementId: string;
  /** The bank's name for the account. */
  account: string;
  currencyCode: string;
  /** First and last day of booking, both within. */
  fromDate: string;
  toDate: string;
  /** Below zero where the account is overdrawn. */
  openingMinor: bigint;
  closingMinor: bigint;
}

/** The amount, above zero where it comes to us. */
export function signedOf({
  direction,
  amountMinor,
}: Pick<BankEntry, 'direction' | 'amountMinor'>): bigint {
  return direction === 'credit' ? amountMinor : -amountMinor;
}

/** What an entry adds to the account's balance; a pending one nothing yet. */
export function effectOf(entry: BankEntry): bigint {
  return entry.status === 'pending' ? 0n : signedOf(entry);
}
