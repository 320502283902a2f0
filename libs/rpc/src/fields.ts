import { type FieldViolation, isUuid, Refusal } from '@causeway/runtime';

const IDENTIFIER = /^[\x20-\x7e]{1,64}$/;
/**
 * Control characters, line and paragraph separators, halves of characters, and what turns the
 * direction of text: names are shown to payers beside amounts, and must not rearrange them.
 */
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Gathers what is wrong with a request's fields, so that one refusal names them all. Only what
 * the request says by itself is judged here: no table, no clock.
 *
 * @typeParam Reason the reasons that a field may be wrong for besides FIELD_INVALID
 */
export class RequestFields<Reason extends string = never> {
  readonly #violations: FieldViolation[] = [];
  readonly #reasons = new Set<Reason | 'FIELD_INVALID'>();

  /** A caller's own id: 1 to 64 printable ASCII characters. */
  identifier(field: string, value: string): void {
    this.matches(field, value, IDENTIFIER, 'must be 1 to 64 printable ASCII characters');
  }

  /** A UUID in lower case. */
  uuid(field: string, value: string): void {
    if (!isUuid(value)) this.wrong(field, 'must be a UUID in lower case');
  }

  /** Text of `min` (1 unless given) to `max` characters, none of them a control character. */
  text(field: string, value: string, { min = 1, max }: { min?: number; max: number }): void {
    // Length in UTF-16 units bounds the work; characters are what the contract counts.
    const characters = value.length > 2 * max ? value.length : [...value].length;
    if (characters < min || characters > max) {
      this.wrong(
        field,
        min === 0 ? `must be at most ${max} characters` : `must be ${min} to ${max} characters`,
      );
    } else if (CONTROL.test(value)) {
      this.wrong(
        field,
        'must hold no control characters, and none that turn the direction of text',
      );
    }
  }

  /** Whatever a pattern can tell. */
  matches(field: string, value: string, pattern: RegExp, description: string): void {
    if (!pattern.test(value)) this.wrong(field, description);
  }

  /** A whole number from `min` to `max`. */
  within(field: string, value: number, min: number, max: number): void {
    if (value < min || value > max) this.wrong(field, `must be ${min} to ${max}`);
  }

  /** Notes a violation that the caller found. */
  wrong(
    field: string,
    description: string,
    reason: Reason | 'FIELD_INVALID' = 'FIELD_INVALID',
  ): void {
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
