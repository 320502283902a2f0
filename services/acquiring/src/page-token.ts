import { Refusal } from '@causeway/runtime';

const DEFAULT_PAGE_SIZE = 50;
const MAX_TOKEN_LENGTH = 1_024;

/** The form of a UUID in a position. */
export const UUID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The form of a count or a time in a position; fits the database's types. */
export const DIGITS_FORM = /^[0-9]{1,15}$/;

/** How many rows a page holds, for a `page_size` that was checked: 50 where it is 0. */
export function pageSizeOf(requested: number): number {
  return requested === 0 ? DEFAULT_PAGE_SIZE : requested;
}

/**
 * A place in a list, opaque to callers. It names the list that it belongs to, filters included,
 * so that a token of one list is never taken for a place in another.
 */
export function pageToken(list: readonly string[], position: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/**
 * The position in a token of this list, each part of the form that its pattern describes: a
 * token can be forged, and what is in it goes into a query. Throws the reason given.
 */
export function positionIn(
  list: readonly string[],
  token: string,
  patterns: readonly RegExp[],
  reason: 'PAGE_TOKEN_INVALID' | 'CURSOR_INVALID' = 'PAGE_TOKEN_INVALID',
): string[] {
  const parsed = token.length > MAX_TOKEN_LENGTH ? undefined : parse(token);
  const [of, position] = Array.isArray(parsed) ? parsed : [];
  const isOfThisList = JSON.stringify(of) === JSON.stringify(list);
  if (isOfThisList && matches(position, patterns)) return position;
  throw new Refusal(reason, 'this token is not one of this list');
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function matches(value: unknown, patterns: readonly RegExp[]): value is string[] {
  if (!Array.isArray(value) || value.length !== patterns.length) return false;
  return patterns.every((pattern, index) => {
    const part: unknown = value[index];
    return typeof part === 'string' && pattern.test(part);
  });
}
