import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** An Ed25519 key of the switch's settlement. */
export interface SigningKey {
  /** Named in what it signs, so that keys can be changed. */
  readonly id: string;
  readonly privateKey: KeyObject;
  /** The 32 bytes that the signature is checked with. */
  readonly publicKey: Uint8Array;
}

/** What stands before the 32 bytes of a seed in PKCS #8, and of a public key in SPKI (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A key from its seed of 32 bytes. Throws a RangeError for another length. */
export function signingKey(id: string, seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new RangeError('a seed has 32 bytes');
  const key = Buffer.concat([PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { id, privateKey, publicKey: spki.subarray(SPKI_PREFIX.length) };
}

/** A public key as the PEM file that OpenSSL reads. */
export function publicKeyPem(publicKey: Uint8Array): string {
  return keyObject(publicKey).export({ format: 'pem', type: 'spki' }).toString();
}

/** The 32 bytes of an Ed25519 public key in PEM; undefined where the text is none. */
export function readPublicKey(pem: string): Uint8Array | undefined {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') return undefined;
    return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  } catch {
    return undefined;
  }
}

/** The signature over a text, 64 bytes. */
export function signText(text: string, { privateKey }: SigningKey): Buffer {
  return sign(null, Buffer.from(text), privateKey);
}

/** Whether the key signed the text. */
export function isSigned(text: string, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  return verify(null, Buffer.from(text), keyObject(publicKey), signature);
}

function keyObject(publicKey: Uint8Array): KeyObject {
  const key = Buffer.concat([SPKI_PREFIX, publicKey]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}
