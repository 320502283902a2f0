import { hash } from 'node:crypto';

/** How many lanes there are, for ever: a lane is part of primary keys. */
export const LANES = 64;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The variant of RFC 9562 occupies two bits; a hash's nibble keeps the other two. */
const VARIANT_NIBBLE = '89ab';

/**
 * The id that follows from what it names: a version 8 UUID (RFC 9562) from SHA-256 over the
 * domain and the parts, each preceded by its length (a netstring without the comma), so that ('ab', 'c') is not ('a', 'bc').
 * The same parts give the same id for ever; ids of two domains never meet.
 */
export function uuidFrom(domain: string, ...parts: string[]): string {
  let named = netstring(domain);
  for (const part of parts) named += netstring(part);
  const hex = hash('sha256', named, 'hex');
  const variant = VARIANT_NIBBLE[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The text after its length in UTF-8 bytes: `7:payment`. */
function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** Whether the text is a UUID of any version, written in lower case with hyphens. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The 16 bytes of a UUID. Throws a RangeError if the text is not one. */
export function uuidBytes(uuid: string): Buffer {
  if (!isUuid(uuid)) throw new RangeError(`not a UUID: ${JSON.stringify(uuid)}`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The lane (0 to 63) in which whatever has this UUID lives: the low six bits of its last byte. */
export function laneOf(uuid: string): number {
  const lastByte = Number.parseInt(uuid.slice(34), 16);
  if (uuid.length !== 36 || Number.isNaN(lastByte)) {
    throw new RangeError(`not a UUID: ${JSON.stringify(uuid)}`);
  }
  return lastByte & (LANES - 1);
}
