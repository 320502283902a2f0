/**
 * What the protocol's subset of CBOR (RFC 8949) holds: integers, byte strings, text strings, arrays
 * and maps with integer keys. Integers are always bigint, whatever their size.
 */
export type CborValue = bigint | string | Uint8Array | readonly CborValue[] | CborMap;

/** A map, with its keys as they are. */
export type CborMap = ReadonlyMap<bigint, CborValue>;

/** The major types of RFC 8949 that the subset knows. */
export const MAJOR = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
} as const;

/** Bytes that are not what they have to be. The message says what, and never repeats a value. */
export class MalformedError extends Error {
  override name = 'MalformedError';
}

/** Throws a MalformedError unless something holds. */
export function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new MalformedError(message);
}
