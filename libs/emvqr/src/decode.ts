import type { CpmFields } from './cpm/ber.ts';
import { decodeCpm } from './cpm/decode.ts';
import { decodeMpm } from './mpm/decode.ts';
import type { MpmFields } from './mpm/fields.ts';
import type { Decoded, Policy } from './problem.ts';

/**
 * Base64 begins with hQ where its first data object is 85, as in every code that is whole; other
 * base64 is taken for a consumer's code too, since a merchant's begins with digits.
 */
const LOOKS_LIKE_CPM = /^(?:hQ|(?![0-9])[A-Za-z0-9+/]{4,}={0,2}$)/;

/** Reads a code of either mode, told apart by how it begins. Never throws. */
export function decode(
  payload: string,
  policy: Policy = 'field',
): Decoded<'MPM', MpmFields> | Decoded<'CPM', CpmFields> {
  return LOOKS_LIKE_CPM.test(payload) ? decodeCpm(payload, policy) : decodeMpm(payload, policy);
}
