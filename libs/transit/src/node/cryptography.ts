import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import {
  type Algorithm,
  type Cryptography,
  PUBLIC_KEY_BYTES,
  type PublicKey,
  SIGNATURE_BYTES,
  type Signer,
} from '../crypto/algorithm.ts';

/** What stands before a public key in SPKI (RFC 8410; RFC 5480). */
const SPKI: Readonly<Record<Algorithm, Buffer>> = {
  ES256: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
  EdDSA: Buffer.from('302a300506032b6570032100', 'hex'),
};

/** What stands before the 32 bytes of a seed in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

const MOST_KEYS = 4096;

/**
 * Cryptography by Node itself: synchronous, which at a gate costs less than Web Crypto's way over
 * other threads.
 */
export function nodeCryptography(): Cryptography {
  const keys = new Map<string, KeyObject | undefined>();
  const imported = (key: PublicKey) => {
    const name = `${key.algorithm}${Buffer.from(key.bytes).toString('latin1')}`;
    if (!keys.has(name)) {
      if (keys.size >= MOST_KEYS) keys.clear();
      keys.set(name, importPublic(key));
    }
    return keys.get(name);
  };
  return {
    verify(key, message, signature) {
      if (signature.length !== SIGNATURE_BYTES) return false;
      const object = imported(key);
      if (object === undefined) return false;
      return key.algorithm === 'EdDSA'
        ? verify(null, message, object, signature)
        : verify('sha256', message, { key: object, dsaEncoding: 'ieee-p1363' }, signature);
    },
    sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
    signer: async ({ algorithm }, privateKey) => nodeSigner(algorithm, privateKey),
    generate: async (algorithm) => {
      const privateKey = newPrivateKey(algorithm);
      return { privateKey, publicKey: nodeSigner(algorithm, privateKey).publicKey };
    },
  };
}

/**
 * A signer from the 32 bytes of its private key, which give the public key too. Throws a RangeError
 * for another length, and what OpenSSL throws for a scalar that P-256 does not have.
 */
export function nodeSigner(algorithm: Algorithm, privateKey: Uint8Array): Signer {
  if (privateKey.length !== 32) throw new RangeError('a private key has 32 bytes');
  const key = algorithm === 'EdDSA' ? ed25519Private(privateKey) : p256Private(privateKey);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const bytes = new Uint8Array(spki.subarray(-PUBLIC_KEY_BYTES[algorithm]));
  return {
    publicKey: { algorithm, bytes },
    sign: async (message) =>
      new Uint8Array(
        algorithm === 'EdDSA'
          ? sign(null, message, key)
          : sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }),
      ),
  };
}

function importPublic({ algorithm, bytes }: PublicKey): KeyObject | undefined {
  if (bytes.length !== PUBLIC_KEY_BYTES[algorithm]) return undefined;
  const key = Buffer.concat([SPKI[algorithm], bytes]);
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    // No point of the curve.
    return undefined;
  }
}

function ed25519Private(seed: Uint8Array): KeyObject {
  const key = Buffer.concat([PKCS8_ED25519, seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function p256Private(scalar: Uint8Array): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  );
  const d = Buffer.from(scalar).toString('base64url');
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d },
    format: 'jwk',
  });
}

function newPrivateKey(algorithm: Algorithm): Uint8Array {
  const { privateKey } =
    algorithm === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d } = privateKey.export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(String(d), 'base64url'));
}
