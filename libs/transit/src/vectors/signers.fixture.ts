import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import type { Algorithm, Signer } from '../crypto/algorithm.ts';

/**
 * A signer from one byte, by an implementation of its own that gives the same signature each time
 * (RFC 6979, RFC 8032), so that vectors do not change when they are made again.
 */
export function fixedSigner(algorithm: Algorithm, byte: number): Signer {
  const secret = new Uint8Array(32).fill(byte);
  return algorithm === 'EdDSA'
    ? {
        publicKey: { algorithm, bytes: ed25519.getPublicKey(secret) },
        sign: async (message) => ed25519.sign(message, secret),
      }
    : {
        publicKey: { algorithm, bytes: p256.getPublicKey(secret, false) },
        sign: async (message) => p256.sign(message, secret, { lowS: false }),
      };
}
