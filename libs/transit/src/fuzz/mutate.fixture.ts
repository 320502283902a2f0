import { encodeBase45 } from '../carrier/base45.ts';
import { zlibStored } from '../carrier/zlib.ts';
import { codeText, PREFIX } from '../code/text.ts';

/** Chance that is the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `most`. */
  below(most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % most;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:aé\u0000\u{1f68c}';
const TEXTS: readonly ((text: string, chance: Chance) => string)[] = [
  (text, chance) => text.slice(0, chance.below(text.length + 1)),
  (text, chance) => text.slice(chance.below(text.length + 1)),
  (text, chance) => {
    const at = chance.below(text.length + 1);
    return text.slice(0, at) + chance.of([...ALPHABET]) + text.slice(at + chance.below(2));
  },
  (text, chance) => text.padEnd(chance.below(5000), chance.of([...ALPHABET])),
  (text, chance) => text + text.slice(chance.below(text.length + 1)),
  (_, chance) =>
    Array.from({ length: chance.below(1300) }, () => chance.of([...ALPHABET])).join(''),
];

const BYTES: readonly ((bytes: Uint8Array, chance: Chance) => Uint8Array)[] = [
  (bytes, chance) => {
    const flipped = bytes.slice();
    for (let times = chance.below(4); times >= 0; times--) {
      const at = chance.below(Math.max(1, bytes.length));
      flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.below(8));
    }
    return flipped;
  },
  (bytes, chance) => bytes.slice(0, chance.below(bytes.length + 1)),
  (bytes, chance) => {
    const at = chance.below(bytes.length + 1);
    const inserted = chance.bytes(chance.below(5));
    return joined(bytes.slice(0, at), inserted, bytes.slice(at + chance.below(5)));
  },
  (bytes, chance) => {
    // Heads of CBOR where they hurt most: long lengths, indefinite ones, tags, floats.
    const at = chance.below(Math.max(1, bytes.length));
    const head = chance.of([
      0x9f, 0xbf, 0x5f, 0x9b, 0xbb, 0x5b, 0x7b, 0xfb, 0xf6, 0xc1, 0x1b, 0x84,
    ]);
    return bytes.with(at, head);
  },
  (bytes, chance) => joined(bytes, chance.bytes(chance.below(700))),
  (_, chance) => nested(chance),
];

/** Some text like that of a code, but with something wrong about it, or not like it at all. */
export function mutated(code: Uint8Array, chance: Chance): string {
  switch (chance.below(4)) {
    case 0:
      return chance.of(TEXTS)(codeText(code), chance);
    case 1:
      return PREFIX + encodeBase45(chance.of(BYTES)(zlibStored(code), chance));
    default:
      return codeText(chance.of(BYTES)(code, chance));
  }
}

/** Arrays, maps and tags in one another, some deeper than any stack. */
function nested(chance: Chance): Uint8Array {
  const heads = chance.of([[0x81], [0xa1, 0x01], [0xd2, 0x81], [0x84, 0x01, 0x02, 0x03]]);
  const depth = chance.below(760);
  const bytes: number[] = [0xd2, 0x84];
  while (bytes.length < depth) bytes.push(...heads);
  return new Uint8Array(bytes);
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
