import { type CborMap, type CborValue, demand } from './value.ts';

/** A value that has to be a map. `what` names it in the MalformedError. */
export function mapOf(value: CborValue | undefined, what: string): CborMap {
  demand(value instanceof Map, `${what}: not a map`);
  return value;
}

/** A value that has to be an array of so many items, or of any number. */
export function arrayOf(
  value: CborValue | undefined,
  what: string,
  length?: number,
): readonly CborValue[] {
  demand(Array.isArray(value), `${what}: not an array`);
  demand(length === undefined || value.length === length, `${what}: not of ${length} parts`);
  return value;
}

/** A value that has to be a text of a form. */
export function textOf(value: CborValue | undefined, what: string, form: RegExp): string {
  demand(typeof value === 'string' && form.test(value), `${what}: not a text of its form`);
  return value;
}

/** A value that has to be a byte string, so long or between so long. */
export function bytesOf(
  value: CborValue | undefined,
  what: string,
  least: number,
  most = least,
): Uint8Array {
  demand(value instanceof Uint8Array, `${what}: not a byte string`);
  demand(value.length >= least && value.length <= most, `${what}: of a wrong length`);
  return value;
}

/** A value that has to be an integer from `least` to `most`. */
export function bigOf(
  value: CborValue | undefined,
  what: string,
  least: bigint,
  most: bigint,
): bigint {
  demand(typeof value === 'bigint', `${what}: not an integer`);
  demand(value >= least && value <= most, `${what}: out of range`);
  return value;
}

/** The same as a number. `most` is a safe integer. */
export function intOf(
  value: CborValue | undefined,
  what: string,
  least: number,
  most: number,
): number {
  return Number(bigOf(value, what, BigInt(least), BigInt(most)));
}

/** An entry of a map that has to be an integer. */
export function intEntry(map: CborMap, key: bigint, what: string): bigint {
  const value = map.get(key);
  demand(typeof value === 'bigint', `${what}: not an integer`);
  return value;
}
