import { demand } from '../cbor/value.ts';

const LONGEST = 15;

/** A canonical Huffman code as deflate has them (RFC 1951, 3.2.2). */
export class HuffmanTable {
  readonly #counts = new Array<number>(LONGEST + 1).fill(0);
  readonly #symbols: number[] = [];

  /**
   * @param lengths how many bits each symbol's code has, 0 where it has none
   * @param mayBeIncomplete whether there may be one symbol of one bit, or none at all: all that zlib
   * lets pass of codes that leave bit patterns without a meaning
   */
  constructor(lengths: readonly number[], mayBeIncomplete: boolean) {
    for (const length of lengths) this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    this.#counts[0] = 0;
    let left = 1;
    for (let length = 1; length <= LONGEST; length++) {
      left = left * 2 - (this.#counts[length] ?? 0);
      demand(left >= 0, 'a Huffman code has more symbols than room');
    }
    const isTrivial = lengths.every((length) => length <= 1);
    demand(left === 0 || (mayBeIncomplete && isTrivial), 'a Huffman code is incomplete');
    for (let length = 1; length <= LONGEST; length++) {
      lengths.forEach((has, symbol) => {
        if (has === length) this.#symbols.push(symbol);
      });
    }
  }

  /** The next symbol. Throws a MalformedError where the bits stand for none. */
  read(source: { bits(count: number): number }): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= LONGEST; length++) {
      code |= source.bits(1);
      const count = this.#counts[length] ?? 0;
      if (code - first < count) return this.#symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return demand(false, 'a Huffman code stands for nothing') as never;
  }
}
