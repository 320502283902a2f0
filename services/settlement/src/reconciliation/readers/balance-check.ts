import { formatMajor } from '@causeway/money';
import { type BankEntry, effectOf } from './bank-entry.ts';

/** Holds a statement to its own balances: what it opened with and its entries make what it closed with. */
export class BalanceCheck {
  #balanceMinor = 0n;
  #currencies = new Set<string>();
  /** The last day of booking so far; empty before the first entry. */
  lastBooked = '';

  /** Takes the opening balance. */
  opened(balanceMinor: bigint): void {
    this.#balanceMinor = balanceMinor;
  }

  /** Takes one more entry. */
  moved(entry: BankEntry): void {
    this.#balanceMinor += effectOf(entry);
    this.#currencies.add(entry.currencyCode);
    if (entry.bookingDate > this.lastBooked) this.lastBooked = entry.bookingDate;
  }

  /**
   * What is wrong with the closing balance. A statement with an entry in another currency cannot be
   * held to a sum; what is wrong with the entry is found when it is matched.
   */
  problemWith(closingMinor: bigint, currencyCode: string): string | undefined {
    const foreign = [...this.#currencies].some((code) => code !== currencyCode);
    if (foreign || closingMinor === this.#balanceMinor) return undefined;
    const expected = formatMajor(this.#balanceMinor, currencyCode);
    return `the entries lead to a balance of ${expected}`;
  }
}
