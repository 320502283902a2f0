import { formatMajor } from '@causeway/money';

/** Money that somebody ordered to be moved on the switch's account, or that came there. */
export interface Movement {
  /** What it bears on its way. */
  reference: string;
  /** Above zero where it comes to the account, in minor units of its currency. */
  signedMinor: bigint;
  /** When it is due, `YYYY-MM-DD`. */
  valueDate: string;
  /** What it is for, in words. */
  text: string;
}

/** One line of a statement. */
export interface Entry {
  /** The bank's own reference. */
  entryReference: string;
  /** Empty where the bank was told none. */
  endToEndId: string;
  signedMinor: bigint;
  currencyCode: string;
  /** `YYYY-MM-DD`; booked on the day of its value. */
  valueDate: string;
  text: string;
}

/** The statement of one account over some days, both within. */
export interface Statement {
  statementId: string;
  account: string;
  currencyCode: string;
  fromDate: string;
  toDate: string;
  openingMinor: bigint;
  closingMinor: bigint;
  entries: readonly Entry[];
}

/** What every account holds before anything moved, in major units. */
const OPENING_MAJOR = 1_000_000_000n;

/**
 * The statement of the switch's account in a currency, made of what moved on it. It keeps nothing: an
 * account opens with a thousand million, and its balance on a day follows from all that was booked
 * before.
 */
export function statementOf(
  currencyCode: string,
  days: { fromDate: string; toDate: string },
  booked: readonly Entry[],
): Statement {
  const { fromDate, toDate } = days;
  const before = booked.filter(({ valueDate }) => valueDate < fromDate);
  const entries = booked.filter(({ valueDate }) => valueDate >= fromDate && valueDate <= toDate);
  const openingMinor = openingOf(currencyCode) + sumIn(currencyCode, before);
  return {
    statementId: `${currencyCode}-${fromDate.replaceAll('-', '')}-${toDate.replaceAll('-', '')}`,
    account: `NOSTRO-${currencyCode}`,
    ...{ currencyCode, fromDate, toDate, openingMinor, entries },
    closingMinor: openingMinor + sumIn(currencyCode, entries),
  };
}

function openingOf(currencyCode: string): bigint {
  const decimals = formatMajor(1n, currencyCode).split('.')[1]?.length ?? 0;
  return OPENING_MAJOR * 10n ** BigInt(decimals);
}

/** A line in another currency is no money of this account, whatever the bank meant by it. */
function sumIn(currencyCode: string, entries: readonly Entry[]): bigint {
  return entries
    .filter((entry) => entry.currencyCode === currencyCode)
    .reduce((sum, { signedMinor }) => sum + signedMinor, 0n);
}
