import { compareBytes } from '../bytes.ts';
import { type CborMap, type CborValue, demand, MAJOR } from './value.ts';

/** How much a decoder takes before it refuses. */
export interface CborLimits {
  /** Bytes in all. */
  maxBytes: number;
  /** Arrays and maps within one another. */
  maxDepth: number;
  /** Values in all, keys too: what bounds time and memory. */
  maxItems: number;
}

/** Enough for a grant or a code, with room to spare. */
export const SMALL: CborLimits = { maxBytes: 2048, maxDepth: 5, maxItems: 160 };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value that the bytes hold, all of them. Throws a MalformedError for whatever is not in the
 * one encoding that `encodeCbor` gives: longer integers than needed, indefinite lengths, keys out of
 * order or twice, bytes left over; for types outside of the subset; and beyond the limits.
 */
export function decodeCbor(bytes: Uint8Array, limits = SMALL): CborValue {
  const reader = new Reader(bytes, limits);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** The array behind a tag of one byte. Throws as `decodeCbor` does. */
export function decodeTagged(tag: number, bytes: Uint8Array, limits = SMALL): readonly CborValue[] {
  const reader = new Reader(bytes, limits);
  reader.tag(tag);
  const value = reader.value(0);
  reader.end();
  demand(Array.isArray(value), 'behind the tag stands no array');
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #limits: CborLimits;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, limits: CborLimits) {
    demand(bytes.length <= limits.maxBytes, 'it is too long');
    this.#bytes = bytes;
    this.#limits = limits;
  }

  end(): void {
    demand(this.#at === this.#bytes.length, 'bytes are left over');
  }

  tag(wanted: number): void {
    const { major, argument } = this.#head();
    demand(major === MAJOR.tag && argument === BigInt(wanted), 'the tag is missing');
  }

  value(depth: number): CborValue {
    demand(++this.#items <= this.#limits.maxItems, 'it holds too many values');
    demand(depth <= this.#limits.maxDepth, 'it is nested too deeply');
    const { major, argument } = this.#head();
    switch (major) {
      case MAJOR.unsigned:
        return argument;
      case MAJOR.negative:
        return -1n - argument;
      case MAJOR.bytes:
        return this.#take(argument).slice();
      case MAJOR.text:
        return this.#text(argument);
      case MAJOR.array:
        return this.#array(argument, depth);
      case MAJOR.map:
        return this.#map(argument, depth);
      default:
        return demand(false, 'it holds a value of a type that is not used') as never;
    }
  }

  #array(length: bigint, depth: number): CborValue[] {
    const items: CborValue[] = [];
    // A false length ends at the end of the bytes or at the limit, before memory is taken for it.
    for (let index = 0n; index < length; index++) items.push(this.value(depth + 1));
    return items;
  }

  #map(size: bigint, depth: number): CborMap {
    const map = new Map<bigint, CborValue>();
    let before: Uint8Array | undefined;
    for (let index = 0n; index < size; index++) {
      const start = this.#at;
      const key = this.value(depth + 1);
      demand(typeof key === 'bigint', 'a key is no integer');
      const encoded = this.#bytes.subarray(start, this.#at);
      demand(
        before === undefined || compareBytes(before, encoded) < 0,
        'keys are out of order or stand twice',
      );
      before = encoded;
      map.set(key, this.value(depth + 1));
    }
    return map;
  }

  #text(length: bigint): string {
    const bytes = this.#take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return demand(false, 'a text is not UTF-8') as never;
    }
  }

  #take(length: bigint): Uint8Array {
    demand(length <= BigInt(this.#bytes.length - this.#at), 'it ends early');
    const start = this.#at;
    this.#at += Number(length);
    return this.#bytes.subarray(start, this.#at);
  }

  #head(): { major: number; argument: bigint } {
    const first = this.#byte();
    const [major, info] = [first >> 5, first & 31];
    if (info < 24) return { major, argument: BigInt(info) };
    demand(info <= 27, 'a length is indefinite or reserved');
    const size = 1 << (info - 24);
    let argument = 0n;
    for (let index = 0; index < size; index++) argument = (argument << 8n) | BigInt(this.#byte());
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    demand(argument >= least, 'an integer is longer than needed');
    return { major, argument };
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    demand(byte !== undefined, 'it ends early');
    this.#at++;
    return byte;
  }
}
