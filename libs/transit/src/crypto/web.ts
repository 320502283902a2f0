import { concatBytes } from '../bytes.ts';
import {
  type Algorithm,
  type Cryptography,
  PUBLIC_KEY_BYTES,
  type PublicKey,
  SIGNATURE_BYTES,
  type Signer,
} from './algorithm.ts';

/** What Web Crypto calls each algorithm when it takes a key, and when it signs. */
const KEY_ALGORITHM = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
} as const;
const SIGN_ALGORITHM = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
} as const;

/** Keys that are kept imported, so that a phone seen again costs no import. */
const MOST_KEYS = 512;

type WebCrypto = typeof globalThis.crypto;
type WebKey = Awaited<ReturnType<WebCrypto['subtle']['importKey']>>;

/**
 * Cryptography by Web Crypto: browsers, Node, and other runtimes. Ed25519 needs Chromium 137,
 * Firefox 129, Safari 17 or Node 20; where it is missing, EdDSA signatures count as wrong.
 */
export function webCryptography(crypto: WebCrypto = globalThis.crypto): Cryptography {
  const keys = new Map<string, Promise<WebKey | undefined>>();
  const imported = (key: PublicKey) => {
    const name = `${key.algorithm}${key.bytes.join()}`;
    const known = keys.get(name);
    if (known !== undefined) return known;
    if (keys.size >= MOST_KEYS) keys.clear();
    const taken = importPublic(crypto, key);
    keys.set(name, taken);
    return taken;
  };
  return {
    async verify(key, message, signature) {
      if (signature.length !== SIGNATURE_BYTES) return false;
      const taken = await imported(key);
      if (taken === undefined) return false;
      return crypto.subtle.verify(SIGN_ALGORITHM[key.algorithm], taken, signature, message);
    },
    sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
    signer: (publicKey, privateKey) => webSigner(crypto, publicKey, privateKey),
    generate: (algorithm) => generatePair(crypto, algorithm),
  };
}

async function importPublic(
  crypto: WebCrypto,
  { algorithm, bytes }: PublicKey,
): Promise<WebKey | undefined> {
  if (bytes.length !== PUBLIC_KEY_BYTES[algorithm]) return undefined;
  try {
    return await crypto.subtle.importKey('raw', bytes, KEY_ALGORITHM[algorithm], false, ['verify']);
  } catch {
    // No point of the curve, or a curve that the platform does not have.
    return undefined;
  }
}

async function webSigner(
  crypto: WebCrypto,
  publicKey: PublicKey,
  privateKey: Uint8Array,
): Promise<Signer> {
  const { algorithm } = publicKey;
  const jwk = jwkOf(publicKey, privateKey);
  const key = await crypto.subtle.importKey('jwk', jwk, KEY_ALGORITHM[algorithm], false, ['sign']);
  return {
    publicKey,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign(SIGN_ALGORITHM[algorithm], key, message)),
  };
}

async function generatePair(crypto: WebCrypto, algorithm: Algorithm) {
  const pair = await crypto.subtle.generateKey(KEY_ALGORITHM[algorithm], true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('the platform made no pair of keys');
  const { d = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const point = algorithm === 'EdDSA' ? [] : [new Uint8Array([4])];
  const bytes = concatBytes(...point, fromBase64Url(x), fromBase64Url(y));
  return { publicKey: { algorithm, bytes }, privateKey: fromBase64Url(d) };
}

function jwkOf({ algorithm, bytes }: PublicKey, privateKey: Uint8Array) {
  const d = toBase64Url(privateKey);
  if (algorithm === 'EdDSA') return { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(bytes), d };
  const [x, y] = [toBase64Url(bytes.slice(1, 33)), toBase64Url(bytes.slice(33))];
  return { kty: 'EC', crv: 'P-256', x, y, d };
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
