import { decodeBase45, encodeBase45 } from '../carrier/base45.ts';
import { unzlib, zlibStored } from '../carrier/zlib.ts';
import { demand } from '../cbor/value.ts';

/** What a code's text begins with: which protocol, and which version of its carrier. */
export const PREFIX = 'CT1:';

/** The longest text that is looked at: more than any grant of 640 bytes makes. */
export const MOST_CHARACTERS = 1200;

/** The most bytes that a code has once it is inflated. */
export const MOST_CODE_BYTES = 768;

/**
 * The text of a code, to be shown as a QR symbol in alphanumeric mode.
 *
 * @param zlib makes a zlib stream of bytes; a platform's own makes the text a little shorter
 */
export function codeText(bytes: Uint8Array, zlib = zlibStored): string {
  return PREFIX + encodeBase45(zlib(bytes));
}

/** The bytes that a text carries. Throws a MalformedError for anything else, in bounded time. */
export function codeBytes(text: string): Uint8Array {
  demand(text.length <= MOST_CHARACTERS, 'the text is too long');
  demand(text.startsWith(PREFIX), 'the text begins otherwise');
  return unzlib(decodeBase45(text.slice(PREFIX.length)), MOST_CODE_BYTES);
}
