/**
 * The two ways to sign, by the names that JOSE gives them: ECDSA over P-256 with SHA-256, and
 * Ed25519. Each goes with one curve alone.
 */
export type Algorithm = 'ES256' | 'EdDSA';

/** Both, to choose from and to measure. */
export const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA'];

/** Bytes of a signature, of either: r and s side by side, or R and S. */
export const SIGNATURE_BYTES = 64;

/** Bytes of a public key: 4 and both coordinates uncompressed (SEC 1), or the point of RFC 8032. */
export const PUBLIC_KEY_BYTES: Readonly<Record<Algorithm, number>> = { ES256: 65, EdDSA: 32 };

/** A key that checks signatures. */
export interface PublicKey {
  readonly algorithm: Algorithm;
  /** As long as `PUBLIC_KEY_BYTES` says. */
  readonly bytes: Uint8Array;
}

/** A key that signs, wherever it is kept: a phone's secure element, an issuer's signing service. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** The 64 bytes of the signature over a message. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * What the library needs of cryptography. Node's is in `@causeway/transit/node`; `webCryptography`
 * is for browsers and for everything else that has Web Crypto.
 */
export interface Cryptography {
  /** Whether the key signed the message. False, never an error, for keys and signatures of any form. */
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  sha256(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** A signer from its private key: the 32 bytes of the scalar (ES256) or of the seed (EdDSA). */
  signer(publicKey: PublicKey, privateKey: Uint8Array): Promise<Signer>;
  /** A new pair of keys. */
  generate(algorithm: Algorithm): Promise<{ publicKey: PublicKey; privateKey: Uint8Array }>;
}
