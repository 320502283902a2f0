import type { Random } from '@causeway/runtime';

/**
 * Chance by name: every decision of a history is drawn from the seed and the decision's own name, not
 * from a sequence that all share. So a history from which something is taken away keeps all its other
 * decisions, which is what lets it be shrunk.
 */
export class Chance {
  constructor(readonly seed: number) {}

  /** A number in [0, 1), always the same for a name. */
  unit(name: string): number {
    return hash(this.seed, name) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  between(name: string, from: number, to: number): number {
    return from + Math.floor(this.unit(name) * (to - from + 1));
  }

  /** Whether something with this probability happens. */
  happens(name: string, probability: number): boolean {
    return this.unit(name) < probability;
  }

  /** One of some choices, each equally likely. */
  pick<T>(name: string, choices: readonly [T, ...T[]]): T {
    return choices[this.between(name, 0, choices.length - 1)] ?? choices[0];
  }

  /** A source of chance of its own for whoever needs a sequence. */
  stream(name: string): Random {
    const begin = hash(this.seed, name);
    let count = 0;
    const unit = () => {
      count += 1;
      return mixed(begin + Math.imul(count, 0x9e3779b1)) / 2 ** 32;
    };
    const bytes = (n: number) => {
      const drawn = new Uint8Array(n);
      for (let at = 0; at < n; at += 1) drawn[at] = Math.floor(unit() * 256);
      return drawn;
    };
    return {
      unit,
      bytes,
      digits: (n) => Array.from({ length: n }, () => Math.floor(unit() * 10)).join(''),
      uuid() {
        const hex = Buffer.from(bytes(16)).toString('hex');
        return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
      },
    };
  }
}

/** The seed of one history among those of a run. */
export function seedOf(seed: number, history: number): number {
  return hash(seed, `history ${history}`);
}

/** FNV-1a over the name, begun with the seed and mixed at the end: 32 bits. */
function hash(seed: number, name: string): number {
  let h = mixed(seed ^ 0x811c9dc5);
  for (let at = 0; at < name.length; at += 1) {
    h = Math.imul(h ^ name.charCodeAt(at), 0x01000193);
  }
  return mixed(h);
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
