import { equalBytes } from '../bytes.ts';
import { type CborLimits, decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { arrayOf, bytesOf, intOf } from '../cbor/shape.ts';
import { demand, MalformedError } from '../cbor/value.ts';
import { makeSign1, readSign1 } from '../cose/sign1.ts';
import type { Cryptography, Signer } from '../crypto/algorithm.ts';
import { MOST_SECONDS } from '../grant/claims.ts';
import { TrustBundle } from './bundle.ts';
import { changed, changeItem, readChange, type TrustChange, wholeOf } from './changes.ts';
import { canonicalContent, contentOf, type TrustContent } from './content.ts';

/** What the payloads begin with, so that neither is taken for the other, or for a grant. */
const UPDATE = 'causeway-transit-trust-update/1';
const PROOF = 'causeway-transit-trust-proof/1';

/** Enough for an update with 50,000 entries of the deny list. */
const LIMITS: CborLimits = { maxBytes: 8 << 20, maxDepth: 6, maxItems: 600_000 };
const MOST_VERSION = Number.MAX_SAFE_INTEGER;

/** Who signs, and by which of the bundle's root keys. */
export interface Root {
  readonly keyId: string;
  readonly signer: Signer;
}

/** Why something signed was not believed. */
export type Disbelieved =
  /** It is none, or of another version of the protocol. */
  | 'MALFORMED'
  /** No root of the bundle signed it. */
  | 'NOT_BY_A_ROOT'
  /** It is not newer than what is known. */
  | 'NOT_NEWER'
  /** It stands on another version than the one that is known: fetch what lies between. */
  | 'GAP'
  /** What came out is not what the publisher had: fetch everything. */
  | 'OTHER_CONTENT';

/** What was learned, or why nothing was. */
export type Learned =
  | { readonly ok: true; readonly bundle: TrustBundle }
  | { readonly ok: false; readonly reason: Disbelieved };

const utf8 = new TextEncoder();

/** A message for gates, and the bundle that is true from then on. */
export interface Published {
  readonly bytes: Uint8Array;
  readonly bundle: TrustBundle;
}

/** Publishes some changes as the next version. `at` is in Unix seconds. */
export async function publishUpdate(
  before: TrustBundle,
  changes: readonly TrustChange[],
  at: number,
  root: Root,
  cryptography: Cryptography,
): Promise<Published> {
  const content = changed(before.content, changes);
  return published(before.version + 1, before.version, content, changes, at, root, cryptography);
}

/**
 * Publishes the whole of a bundle, for gates that are new or were off for long. It is the same version
 * with the same digest.
 */
export async function publishWhole(
  bundle: TrustBundle,
  at: number,
  root: Root,
  cryptography: Cryptography,
): Promise<Published> {
  const { version, content } = bundle;
  return published(version, 0, content, wholeOf(content), at, root, cryptography);
}

/** Says that at a time, in Unix seconds, nothing was newer than a bundle. */
export function publishProof(bundle: TrustBundle, at: number, root: Root): Promise<Uint8Array> {
  const payload = encodeCbor([PROOF, BigInt(bundle.version), bundle.digest, BigInt(at)]);
  return makeSign1(payload, root.signer, utf8.encode(root.keyId));
}

/**
 * What is believed after an update or a proof. Nothing is believed that no root of the bundle signed,
 * that is older than what is known, or that does not give exactly what its publisher had.
 */
export async function learn(
  bundle: TrustBundle,
  bytes: Uint8Array,
  cryptography: Cryptography,
): Promise<Learned> {
  try {
    const message = readSign1(bytes, LIMITS);
    const keyId = String.fromCharCode(...(message.keyId ?? []));
    const root = bundle.content.roots.get(keyId)?.publicKey;
    const isSigned =
      root?.algorithm === message.algorithm &&
      (await cryptography.verify(root, message.signed, message.signature));
    if (!isSigned) return { ok: false, reason: 'NOT_BY_A_ROOT' };
    const parts = arrayOf(decodeCbor(message.payload, LIMITS), 'payload');
    if (parts[0] === PROOF) return proven(bundle, parts);
    demand(parts[0] === UPDATE, 'it is neither an update nor a proof');
    return await updated(bundle, parts, cryptography);
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, reason: 'MALFORMED' };
    throw error;
  }
}

type Parts = Parameters<typeof arrayOf>[0];

function proven(bundle: TrustBundle, parts: Parts): Learned {
  const [, version, digest, at] = arrayOf(parts, 'proof', 4);
  const number = intOf(version, 'version', 0, MOST_VERSION);
  const provenAt = intOf(at, 'time', 0, MOST_SECONDS);
  if (number > bundle.version) return { ok: false, reason: 'GAP' };
  if (number < bundle.version || provenAt <= bundle.provenAt) {
    return { ok: false, reason: 'NOT_NEWER' };
  }
  const isSame = equalBytes(bytesOf(digest, 'digest', 32), bundle.digest);
  if (!isSame) return { ok: false, reason: 'OTHER_CONTENT' };
  return { ok: true, bundle: new TrustBundle({ ...fieldsOf(bundle), provenAt }) };
}

async function updated(
  bundle: TrustBundle,
  parts: Parts,
  cryptography: Cryptography,
): Promise<Learned> {
  const [, newVersion, baseVersion, at, digest, items] = arrayOf(parts, 'update', 6);
  const version = intOf(newVersion, 'version', 1, MOST_VERSION);
  const base = intOf(baseVersion, 'base version', 0, MOST_VERSION);
  const issuedAt = intOf(at, 'time', 0, MOST_SECONDS);
  if (version <= bundle.version) return { ok: false, reason: 'NOT_NEWER' };
  if (base !== 0 && base !== bundle.version) return { ok: false, reason: 'GAP' };
  const changes = arrayOf(items, 'changes').map(readChange);
  // The first update stands on the roots that the gate was installed with; a whole on nothing.
  const isWhole = base === 0 && version > 1;
  const content = changed(isWhole ? contentOf([]) : bundle.content, changes);
  if (content.roots.size === 0) return { ok: false, reason: 'OTHER_CONTENT' };
  const found = await cryptography.sha256(canonicalContent(version, content));
  const expected = bytesOf(digest, 'digest', 32);
  if (!equalBytes(found, expected)) return { ok: false, reason: 'OTHER_CONTENT' };
  const provenAt = Math.max(bundle.provenAt, issuedAt);
  return { ok: true, bundle: new TrustBundle({ version, digest: expected, provenAt, content }) };
}

async function published(
  version: number,
  base: number,
  content: TrustContent,
  changes: readonly TrustChange[],
  at: number,
  { keyId, signer }: Root,
  cryptography: Cryptography,
): Promise<Published> {
  const digest = await cryptography.sha256(canonicalContent(version, content));
  const numbers = [version, base, at].map(BigInt);
  const payload = encodeCbor([UPDATE, ...numbers, digest, changes.map(changeItem)]);
  const bytes = await makeSign1(payload, signer, utf8.encode(keyId));
  return { bytes, bundle: new TrustBundle({ version, digest, provenAt: at, content }) };
}

function fieldsOf({ version, digest, provenAt, content }: TrustBundle) {
  return { version, digest, provenAt, content };
}
