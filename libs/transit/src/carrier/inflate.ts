import { demand } from '../cbor/value.ts';
import { HuffmanTable } from './huffman.ts';

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const LENGTH_EXTRA = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;

/**
 * What a deflate stream (RFC 1951) holds, and how many of the bytes it took.
 *
 * Written here rather than taken from the platform, since platforms differ in what they let pass
 * (Node ignores bytes behind the end) and browsers inflate only asynchronously: a code must have the
 * same outcome at every gate. Memory is bounded by `maxBytes` and time by both lengths: each step
 * consumes a bit or gives a byte. Throws a MalformedError.
 */
export function inflate(
  stream: Uint8Array,
  maxBytes: number,
): { bytes: Uint8Array; consumed: number } {
  const state = new Inflation(stream, maxBytes);
  let isLast = false;
  while (!isLast) {
    isLast = state.bits(1) === 1;
    const type = state.bits(2);
    demand(type !== 3, 'a block is of no known type');
    if (type === 0) state.stored();
    else if (type === 1) state.compressed(FIXED.lengths, FIXED.distances);
    else {
      const { lengths, distances } = dynamicTables(state);
      state.compressed(lengths, distances);
    }
  }
  return state.finish();
}

class Inflation {
  readonly #in: Uint8Array;
  readonly #out: Uint8Array;
  #at = 0;
  #length = 0;
  #held = 0;
  #heldBits = 0;

  constructor(stream: Uint8Array, maxBytes: number) {
    this.#in = stream;
    this.#out = new Uint8Array(maxBytes);
  }

  /** The next bits, at most 16, least significant first. */
  bits(count: number): number {
    while (this.#heldBits < count) {
      const byte = this.#in[this.#at++];
      demand(byte !== undefined, 'the stream ends early');
      this.#held |= byte << this.#heldBits;
      this.#heldBits += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldBits -= count;
    return value;
  }

  stored(): void {
    this.#held = 0;
    this.#heldBits = 0;
    const length = this.bits(16);
    demand((this.bits(16) ^ 0xffff) === length, 'the length of a block is wrong');
    demand(this.#at + length <= this.#in.length, 'the stream ends early');
    this.#room(length);
    this.#out.set(this.#in.subarray(this.#at, this.#at + length), this.#length);
    this.#at += length;
    this.#length += length;
  }

  compressed(lengths: HuffmanTable, distances: HuffmanTable): void {
    for (;;) {
      const symbol = lengths.read(this);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.#room(1);
        this.#out[this.#length++] = symbol;
      } else {
        this.#copy(
          this.#value(symbol - 257, LENGTH_BASE, LENGTH_EXTRA),
          this.#value(distances.read(this), DISTANCE_BASE, DISTANCE_EXTRA),
        );
      }
    }
  }

  finish(): { bytes: Uint8Array; consumed: number } {
    return { bytes: this.#out.slice(0, this.#length), consumed: this.#at };
  }

  #value(symbol: number, base: readonly number[], extra: readonly number[]): number {
    const [least, bits] = [base[symbol], extra[symbol]];
    demand(least !== undefined && bits !== undefined, 'a symbol is of no known meaning');
    return least + this.bits(bits);
  }

  #copy(length: number, distance: number): void {
    demand(distance <= this.#length, 'it refers to what stands before its beginning');
    this.#room(length);
    for (let count = 0; count < length; count++) {
      this.#out[this.#length] = this.#out[this.#length - distance] ?? 0;
      this.#length++;
    }
  }

  #room(more: number): void {
    demand(this.#length + more <= this.#out.length, 'it holds more than it may');
  }
}

function dynamicTables(state: Inflation): { lengths: HuffmanTable; distances: HuffmanTable } {
  const [lengthCount, distanceCount] = [state.bits(5) + 257, state.bits(5) + 1];
  const codeCount = state.bits(4) + 4;
  demand(lengthCount <= 286 && distanceCount <= 30, 'a block has too many symbols');
  const codeLengths = new Array<number>(19).fill(0);
  for (const symbol of CODE_LENGTH_ORDER.slice(0, codeCount)) codeLengths[symbol] = state.bits(3);
  const codes = new HuffmanTable(codeLengths, false);
  const all: number[] = [];
  while (all.length < lengthCount + distanceCount) {
    const symbol = codes.read(state);
    if (symbol < 16) all.push(symbol);
    else all.push(...repeated(state, symbol, all.at(-1)));
  }
  demand(all.length === lengthCount + distanceCount, 'a block has too many symbols');
  demand(all[END_OF_BLOCK] !== 0, 'a block has no end');
  return {
    lengths: new HuffmanTable(all.slice(0, lengthCount), true),
    distances: new HuffmanTable(all.slice(lengthCount), true),
  };
}

function repeated(state: Inflation, symbol: number, before: number | undefined): number[] {
  if (symbol === 17) return new Array<number>(3 + state.bits(3)).fill(0);
  if (symbol === 18) return new Array<number>(11 + state.bits(7)).fill(0);
  demand(before !== undefined, 'a length is repeated before there is one');
  return new Array<number>(3 + state.bits(2)).fill(before);
}

const FIXED = {
  lengths: new HuffmanTable(
    Array.from({ length: 288 }, (_, symbol) =>
      symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
    ),
    false,
  ),
  distances: new HuffmanTable(new Array<number>(32).fill(5), false),
};
