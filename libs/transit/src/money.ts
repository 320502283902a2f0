/** An amount in minor units of a currency; the same shape as libs/money has, which a gate need not carry. */
export interface Money {
  readonly currencyCode: string;
  readonly amountMinor: bigint;
}

/** The largest amount that a grant, a tap or a fare may have. */
export const MOST_MINOR = (1n << 53n) - 1n;

/** What a currency's code looks like (ISO 4217). */
export const CURRENCY = /^[A-Z]{3}$/;
