import type { Algorithm, PublicKey, Signer } from '../crypto/algorithm.ts';
import type { Grant } from '../grant/grant.ts';
import { nodeSigner } from '../node/cryptography.ts';
import { type IssuerKey, issuerKeys } from '../trust/keys.ts';

/** A time in 2026, in Unix seconds, about which the tests' grants are good. */
export const NOW = 1_796_000_000;

/** A key from one byte, so that tests need no chance. */
export function signerOf(algorithm: Algorithm, byte: number): Signer {
  return nodeSigner(algorithm, new Uint8Array(32).fill(byte));
}

/** An issuer's key that is in use. */
export function issuerKey(publicKey: PublicKey, change: Partial<IssuerKey> = {}): IssuerKey {
  return {
    ...{ issuer: 'harbour-wallet', keyId: 'k1', publicKey },
    ...{ notBefore: NOW - 86_400, notAfter: NOW + 86_400, isRevoked: false },
    ...change,
  };
}

/** The keys of a single issuer. */
export function keysOf(publicKey: PublicKey, change: Partial<IssuerKey> = {}) {
  return issuerKeys([issuerKey(publicKey, change)]);
}

/** A grant of HKD 30 a ride and HKD 100 in all. */
export function grantFor(userKey: PublicKey, change: Partial<Grant> = {}): Grant {
  return {
    ...{ issuer: 'harbour-wallet', grantId: new Uint8Array(16).fill(7), subject: 'dGhlLXJpZGVy' },
    ...{ userKey, notBefore: NOW - 3600, expiresAt: NOW + 86_400, codes: 100, tier: 2 },
    caps: [{ currencyCode: 'HKD', singleMinor: 3000n, totalMinor: 10_000n }],
    ...{ scenes: [], fxRule: 'none' as const },
    ...change,
  };
}
