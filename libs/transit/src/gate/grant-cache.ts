import { whyGrantForged } from '../code/verify.ts';
import type { Cryptography } from '../crypto/algorithm.ts';
import type { ReadGrant } from '../grant/sign.ts';
import type { IssuerKeys } from '../trust/keys.ts';

const MOST_GRANTS = 4096;

/**
 * Cryptography that remembers which grants were genuine, so that whoever comes again costs one
 * verification instead of two. Only what was right is remembered, by all of its bytes: whoever makes
 * up grants fills nothing, and no forgery is like a grant that was seen. Whether the key is still
 * believed is asked each time.
 */
export class GrantCache {
  readonly #cryptography: Cryptography;
  readonly #genuine = new Set<string>();

  constructor(cryptography: Cryptography) {
    this.#cryptography = cryptography;
  }

  /** The same as `whyGrantForged`. */
  async whyForged(grant: ReadGrant, keys: IssuerKeys): ReturnType<typeof whyGrantForged> {
    const { sha256 } = this.#cryptography;
    return whyGrantForged(grant, keys, {
      ...this.#cryptography,
      sha256,
      verify: async (key, message, signature) => {
        const name = nameOf(key.bytes, message, signature);
        if (this.#genuine.has(name)) return true;
        const isGenuine = await this.#cryptography.verify(key, message, signature);
        if (isGenuine) this.#keep(name);
        return isGenuine;
      },
    });
  }

  #keep(name: string): void {
    if (this.#genuine.size >= MOST_GRANTS) {
      for (const oldest of this.#genuine) {
        this.#genuine.delete(oldest);
        break;
      }
    }
    this.#genuine.add(name);
  }
}

function nameOf(...parts: readonly Uint8Array[]): string {
  return parts.map((part) => String.fromCharCode(...part)).join('');
}
