import { isCurrency, isPayable } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import { RequestFields } from '@causeway/rpc';
import type { Place } from './directory/directory.ts';

/** What is wrong with a partner's request, all fields at once. */
export class Fields extends RequestFields<'AMOUNT_INVALID' | 'CURRENCY_UNKNOWN'> {
  /** A UUID in lower case, or nothing. */
  optionalUuid(field: string, value: string): void {
    if (value !== '') this.uuid(field, value);
  }

  /** An ISO 3166-1 alpha-2 code, by its form. */
  country(field: string, value: string): void {
    this.matches(field, value, /^[A-Z]{2}$/, 'must be two upper-case letters');
  }

  /** An ISO 4217 code that this system knows. */
  currency(field: string, value: string): boolean {
    if (isCurrency(value)) return true;
    this.wrong(field, 'must be the ISO 4217 code of a known currency', 'CURRENCY_UNKNOWN');
    return false;
  }

  /** Where something is sold: a merchant, and maybe one of its stores and terminals, by their form. */
  place({ merchantId, storeId, terminalId }: Place): void {
    this.uuid('merchant_id', merchantId);
    this.optionalUuid('store_id', storeId);
    this.optionalUuid('terminal_id', terminalId);
    if (terminalId !== '' && storeId === '') {
      this.wrong('store_id', 'is required where a terminal is named');
    }
  }

  /** An amount that can be paid in its currency; answers whether it is one. */
  payable(field: string, value: Money | undefined): value is Money {
    if (value === undefined) {
      this.wrong(field, 'is required');
      return false;
    }
    const { currencyCode, amountMinor } = value;
    if (!this.currency(`${field}.currency_code`, currencyCode)) return false;
    if (isPayable(amountMinor, currencyCode)) return true;
    const description = `must be above zero and payable in ${currencyCode}`;
    this.wrong(`${field}.amount_minor`, description, 'AMOUNT_INVALID');
    return false;
  }

  /** A page's size: 0 for the default, at most 500. */
  pageSize(field: string, value: number): void {
    this.within(field, value, 0, 500);
  }
}
