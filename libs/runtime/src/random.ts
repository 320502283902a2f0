import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** Chance, from one source that a simulator can seed. */
export interface Random {
  /** `n` unpredictable bytes. */
  bytes(n: number): Uint8Array;
  /** A version 4 UUID, for what has no natural key. Money never gets its id from here. */
  uuid(): string;
  /** `n` unpredictable decimal digits, each equally likely. */
  digits(n: number): string;
  /** A number in [0, 1), for jitter and sampling. */
  unit(): number;
}

/** 10^14 is the largest power of ten below 2^48, the bound of `randomInt`. */
const DIGITS_AT_ONCE = 14;

/** The operating system's source of chance; `unit` alone is predictable, and cheap. */
export const systemRandom: Random = {
  bytes: (n) => randomBytes(n),
  uuid: () => randomUUID(),
  digits(n) {
    let digits = '';
    while (digits.length < n) {
      const count = Math.min(DIGITS_AT_ONCE, n - digits.length);
      digits += String(randomInt(10 ** count)).padStart(count, '0');
    }
    return digits;
  },
  unit: () => Math.random(),
};
