import { isCurrency, isPayable, MAX_AMOUNT_MINOR, MoneyError, parseRate } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import { type FieldViolation, isUuid, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';

type FieldReason = Extract<Reason, 'FIELD_INVALID' | 'AMOUNT_INVALID'>;

const IDENTIFIER = /^[\x20-\x7e]{1,64}$/;
const CONTROL = /\p{Cc}/u;

/**
 * Gathers what is wrong with a request's fields, so that one refusal names them all. Only what
 * the request says by itself is judged here: no table, no clock.
 */
export class Fields {
  readonly #violations: FieldViolation[] = [];
  readonly #reasons = new Set<FieldReason>();

  /** A caller's own key: 1 to 64 printable ASCII characters. */
  identifier(field: string, value: string): void {
    this.matches(field, value, IDENTIFIER, 'must be 1 to 64 printable ASCII characters');
  }

  /** A UUID in lower case. */
  uuid(field: string, value: string): void {
    if (!isUuid(value)) this.wrong(field, 'must be a UUID in lower case');
  }

  /** Text of 1 to `max` characters, none of them a control character. */
  text(field: string, value: string, max: number): void {
    // Length in UTF-16 units bounds the work; characters are what the contract counts.
    const characters = value.length > 2 * max ? value.length : [...value].length;
    if (characters < 1 || characters > max) this.wrong(field, `must be 1 to ${max} characters`);
    else if (CONTROL.test(value)) this.wrong(field, 'must hold no control characters');
  }

  /** Whatever a pattern can tell. */
  matches(field: string, value: string, pattern: RegExp, description: string): void {
    if (!pattern.test(value)) this.wrong(field, description);
  }

  /** A whole number from `min` to `max`. */
  within(field: string, value: number, min: number, max: number): void {
    if (value < min || value > max) this.wrong(field, `must be ${min} to ${max}`);
  }

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

  /** Notes a violation that the caller found. */
  wrong(field: string, description: string, reason: FieldReason = 'FIELD_INVALID'): void {
    this.#violations.push({ field, description });
    this.#reasons.add(reason);
  }

  /** Throws a Refusal with every violation, where there is any. */
  refuse(): void {
    const [first, ...others] = this.#reasons;
    if (first === undefined) return;
    const reason = others.length === 0 ? first : 'FIELD_INVALID';
    const named = this.#violations.map(({ field }) => field).join(', ');
    throw new Refusal<Reason>(reason, `not valid: ${named}`, { fields: this.#violations });
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
