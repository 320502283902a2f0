import type { ClearingTerms } from '@causeway/proto/routing';
import type { FieldViolation } from '@causeway/runtime';
import { isTimeZone } from '../clearing/day.ts';
import { refuse } from '../errors.ts';

/** The rules that fields of the directory have in common. */

export const ID_RULE = 'takes 1 to 32 characters of a-z, 0-9 and "-"';
export const COUNTRY_RULE = 'takes an ISO 3166-1 alpha-2 code';
export const ADDRESS_RULE = 'takes host:port, or several between commas';
export const isId = (text: string) => /^[a-z0-9-]{1,32}$/.test(text);
export const isAddress = (text: string) => /^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/.test(text);
export const isName = (text: string) => text.length >= 1 && text.length <= 64;
export const isSet = (items: readonly string[]) => new Set(items).size === items.length;
export const isCountry = (text: string) => /^[A-Z]{2}$/.test(text);

/** What is wrong with the end of a clearing day. */
export function clearingProblems(
  terms: ClearingTerms | undefined,
  field: string,
): FieldViolation[] {
  if (!terms) return [{ field, description: 'is missing' }];
  const { timeZone, cutOffSeconds } = terms;
  return [
    ...rule(isTimeZone(timeZone), `${field}.time_zone`, 'is not an IANA time zone'),
    ...rule(
      cutOffSeconds >= 0 && cutOffSeconds < 86_400,
      `${field}.cut_off_seconds`,
      'takes 0 to 86399',
    ),
  ];
}

/** The violation of a field whose rule does not hold. */
export function rule(holds: boolean, field: string, description: string): FieldViolation[] {
  return holds ? [] : [{ field, description }];
}

/** Throws FIELD_INVALID with all violations at once, if there are any. */
export function refuseIfAny(fields: FieldViolation[]): void {
  if (fields.length === 0) return;
  const named = fields.map(({ field, description }) => `${field} ${description}`).join('; ');
  throw refuse('FIELD_INVALID', named, { fields });
}
