import { Refusal } from '@causeway/runtime';
import type { Reason } from './errors.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_TOKEN_LENGTH = 512;

/** How many rows a page holds, for a `page_size` that was checked: 50 where it is 0. */
export function pageSizeOf(requested: number): number {
  return requested === 0 ? DEFAULT_PAGE_SIZE : requested;
}

/** A place in a list, opaque to callers. It names its list, so that it fits no other. */
export function pageToken(list: readonly string[], position: readonly string[]): string {
  return Buffer.from(JSON.stringify([...list, ...position])).toString('base64url');
}

/**
 * The position in a token of this list, each part of the form that its pattern describes: a token
 * can be forged, and what is in it goes into a query. Throws a Refusal PAGE_TOKEN_INVALID.
 */
export function positionIn(
  list: readonly string[],
  token: string,
  patterns: readonly RegExp[],
): string[] {
  const parts = token.length > MAX_TOKEN_LENGTH ? [] : partsOf(token);
  const position = parts.slice(list.length);
  const fits =
    list.every((name, index) => parts[index] === name) &&
    position.length === patterns.length &&
    patterns.every((pattern, index) => pattern.test(position[index] ?? ''));
  if (fits) return position;
  throw new Refusal<Reason>('PAGE_TOKEN_INVALID', 'this token is not one of this list');
}

function partsOf(token: string): string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return [];
  }
}
