import { isCurrency, isPayable } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import { type FieldViolation, isUuid, Refusal } from '@causeway/runtime';

type FieldReason = 'FIELD_INVALID' | 'AMOUNT_INVALID' | 'CURRENCY_UNKNOWN';

const IDENTIFIER = /^[\x20-\x7e]{1,64}$/;
const CONTROL = /\p{Cc}/u;

/**
 * Gathers what is wrong with a request's fields, so that one refusal names them all. Only what
 * the request says by itself is judged here: no table, no clock.
 */
export class Fields {
  readonly #violations: FieldViolation[] = [];
  readonly #reasons = new Set<FieldReason>();

  /** A caller's own id: 1 to 64 printable ASCII characters. */
  identifier(field: string, value: string): void {
    this.matches(field, value, IDENTIFIER, 'must be 1 to 64 printable ASCII characters');
  }

  /** A UUID in lower case. */
  uuid(field: string, value: string): void {
    if (!isUuid(value)) this.wrong(field, 'must be a UUID in lower case');
  }

  /** A UUID in lower case, or nothing. */
  optionalUuid(field: string, value: string): void {
    if (value !== '') this.uuid(field, value);
  }

  /** Text of `min` to `max` characters, none of them a control character. */
  text(field: string, value: string, { min, max }: { min: number; max: number }): void {
    // Length in UTF-16 units bounds the work; characters are what the contract counts.
    const characters = value.length > 2 * max ? value.length : [...value].length;
    if (characters < min || characters > max) {
      this.wrong(
        field,
        min === 0 ? `must be at most ${max} characters` : `must be ${min} to ${max} characters`,
      );
    } else if (CONTROL.test(value)) {
      this.wrong(field, 'must hold no control characters');
    }
  }

  /** Whatever a pattern can tell. */
  matches(field: string, value: string, pattern: RegExp, description: string): void {
    if (!pattern.test(value)) this.wrong(field, description);
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

  /** An amount that can be paid in its currency. */
  payable(field: string, value: Money | undefined): void {
    if (value === undefined) {
      this.wrong(field, 'is required');
      return;
    }
    const { currencyCode, amountMinor } = value;
    if (!this.currency(`${field}.currency_code`, currencyCode)) return;
    if (isPayable(amountMinor, currencyCode)) return;
    const description = `must be above zero and payable in ${currencyCode}`;
    this.wrong(`${field}.amount_minor`, description, 'AMOUNT_INVALID');
  }

  /** A page's size: 0 for the default, at most 500. */
  pageSize(field: string, value: number): void {
    if (value < 0 || value > 500) this.wrong(field, 'must be 0 to 500');
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
    throw new Refusal(reason, `not valid: ${named}`, { fields: this.#violations });
  }
}
