import { isCurrency, isPayable, MAX_AMOUNT_MINOR, MoneyError, parseRate } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import { RequestFields } from '@causeway/rpc';

/** What is wrong with a request, all fields at once. */
export class Fields extends RequestFields<'AMOUNT_INVALID'> {
  /** An amount that can be paid, in any currency or in the one given. */
  payable(field: string, value: Money | undefined, currencyCode?: string): bigint {
    return this.#amount(field, value, currencyCode, isPayable, 'must be above zero and payable');
  }

  /** An amount that may be zero. */
  creditable(field: string, value: Money | undefined, currencyCode?: string): bigint {
    const fits = (amountMinor: bigint) => amountMinor >= 0n && amountMinor <= MAX_AMOUNT_MINOR;
    return this.#amount(field, value, currencyCode, fits, 'must not be below zero');
  }

  /** An exchange rate as a decimal string. */
  rate(field: string, value: string): void {
    try {
      parseRate(value);
    } catch (error) {
      if (!(error instanceof MoneyError)) throw error;
      this.wrong(field, 'must be a positive decimal number');
    }
  }

  /** Something that must be there. */
  required(field: string, value: unknown): void {
    if (value === undefined) this.wrong(field, 'is required');
  }

  #amount(
    field: string,
    value: Money | undefined,
    currencyCode: string | undefined,
    fits: (amountMinor: bigint, code: string) => boolean,
    description: string,
  ): bigint {
    if (value === undefined) {
      this.wrong(field, 'is required');
      return 0n;
    }
    const { amountMinor } = value;
    if (currencyCode !== undefined && value.currencyCode !== currencyCode) {
      this.wrong(`${field}.currency_code`, `must be ${currencyCode}`);
    } else if (!isCurrency(value.currencyCode)) {
      this.wrong(`${field}.currency_code`, 'must be the ISO 4217 code of a known currency');
    } else if (!fits(amountMinor, value.currencyCode)) {
      this.wrong(`${field}.amount_minor`, description, 'AMOUNT_INVALID');
    }
    return amountMinor;
  }
}
