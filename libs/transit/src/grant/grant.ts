import type { PublicKey } from '../crypto/algorithm.ts';
import type { Scene } from '../scene.ts';

/** How much may be ridden with a grant in one currency. Both amounts are minor units. */
export interface Cap {
  readonly currencyCode: string;
  /** For one ride. */
  readonly singleMinor: bigint;
  /** For all rides together, so far as anybody offline can know. */
  readonly totalMinor: bigint;
}

/**
 * By which rule a fare in a foreign currency becomes what the payer owes. The rule is part of the
 * grant, so that the payer has agreed to it before the ride.
 *
 * - `none`: fares are in the grant's home currency only.
 * - `at-upload`: at the switch's all-in rate in the minute in which the first upload is debited.
 */
export const FX_RULES = { none: 0, 'at-upload': 1 } as const;

/** A conversion rule by its name. */
export type FxRule = keyof typeof FX_RULES;

/** What an issuer promises ahead of time: rides up to these caps, to whoever holds the user key. */
export interface Grant {
  /** Who promises: 1 to 32 characters of a-z, 0-9 and "-". */
  readonly issuer: string;
  /** 16 bytes, unique for ever at its issuer. */
  readonly grantId: Uint8Array;
  /**
   * Stands for the person; not the wallet's id. 8 to 32 characters of base64url. The same person has
   * the same one in all grants of a time, since repeats are told by it; it should change at times.
   */
  readonly subject: string;
  /** Whose private half signs the codes, on the phone. */
  readonly userKey: PublicKey;
  /** Unix seconds from which it is good. */
  readonly notBefore: number;
  /** Unix seconds at which it has ended. */
  readonly expiresAt: number;
  /** How many codes may be made: their counters go from 1 to this. At most 1,000,000. */
  readonly codes: number;
  /** The tier of the person with the issuer, 1 to 9, greater being better known. */
  readonly tier: number;
  /** At least one; the first is in the home currency, which the person's wallet is kept in. At most 8. */
  readonly caps: readonly [Cap, ...Cap[]];
  /** Where it may be used; everywhere if empty. */
  readonly scenes: readonly Scene[];
  /** How fares in the other currencies are converted. */
  readonly fxRule: FxRule;
}

/** A grant as it was signed. */
export interface SignedGrant {
  readonly grant: Grant;
  /** Which of the issuer's keys signed: 1 to 32 characters of a-z, 0-9, "-" and ".". */
  readonly keyId: string;
  /** The COSE_Sign1, as the phone keeps it and codes carry it. */
  readonly bytes: Uint8Array;
}

/** The cap in a currency, if the grant has one. */
export function capIn({ caps }: Grant, currencyCode: string): Cap | undefined {
  return caps.find((cap) => cap.currencyCode === currencyCode);
}
