import { compareBytes, toHex } from '../bytes.ts';
import { encodeArray, encodeCbor } from '../cbor/encode.ts';
import type { CborValue } from '../cbor/value.ts';
import { coseKey } from '../cose/key.ts';
import type { PublicKey } from '../crypto/algorithm.ts';
import type { IssuerKey } from './keys.ts';

/** What may be denied, by its number on the wire. */
export const DENY_KINDS = { grant: 1, key: 2, subject: 3, issuer: 4 } as const;

/** A kind of what may be denied. */
export type DenyKind = keyof typeof DENY_KINDS;

/** What gates refuse although it is genuine. */
export interface DenyEntry {
  readonly kind: DenyKind;
  readonly issuer: string;
  /** The grant's id, the user key, or the subject as UTF-8; nothing for a whole issuer. */
  readonly value: Uint8Array;
}

/** Lower caps for an issuer's grants in one currency, in minor units: whichever is less holds. */
export interface Ceiling {
  readonly issuer: string;
  readonly currencyCode: string;
  readonly singleMinor: bigint;
  readonly totalMinor: bigint;
}

/** A key that signs the trust bundle. */
export interface RootKey {
  readonly keyId: string;
  readonly publicKey: PublicKey;
}

/** All that a trust bundle says, each thing once, by a name of its own. */
export interface TrustContent {
  readonly roots: ReadonlyMap<string, RootKey>;
  readonly keys: ReadonlyMap<string, IssuerKey>;
  readonly denied: ReadonlyMap<string, DenyEntry>;
  readonly ceilings: ReadonlyMap<string, Ceiling>;
}

/** A bundle that says nothing but who may sign it. */
export function contentOf(roots: readonly RootKey[]): TrustContent {
  return {
    roots: new Map(roots.map((root) => [root.keyId, root])),
    ...{ keys: new Map(), denied: new Map(), ceilings: new Map() },
  };
}

/** The name under which something denied is kept. */
export function denyName({ kind, issuer, value }: DenyEntry): string {
  return `${kind}/${issuer}/${toHex(value)}`;
}

/**
 * The content as bytes: the same for the same content, however it came to be. Their SHA-256 is the
 * digest that updates and proofs name, so that a gate and its publisher cannot differ unseen.
 */
export function canonicalContent(version: number, content: TrustContent): Uint8Array {
  const listed = [
    [...content.roots.values()].map(rootItem),
    [...content.keys.values()].map(keyItem),
    [...content.denied.values()].map(denyItem),
    [...content.ceilings.values()].map(ceilingItem),
  ];
  return encodeArray([encodeCbor(BigInt(version)), ...listed.map(sorted)]);
}

/** A root key on the wire. */
export function rootItem({ keyId, publicKey }: RootKey): CborValue {
  return [keyId, coseKey(publicKey)];
}

/** An issuer's key on the wire. */
export function keyItem(key: IssuerKey): CborValue {
  return [
    key.issuer,
    key.keyId,
    coseKey(key.publicKey),
    BigInt(key.notBefore),
    BigInt(key.notAfter),
    key.isRevoked ? 1n : 0n,
  ];
}

/** Something denied on the wire. */
export function denyItem({ kind, issuer, value }: DenyEntry): CborValue {
  return [BigInt(DENY_KINDS[kind]), issuer, value];
}

/** A ceiling on the wire. */
export function ceilingItem({ issuer, currencyCode, singleMinor, totalMinor }: Ceiling): CborValue {
  return [issuer, currencyCode, singleMinor, totalMinor];
}

function sorted(items: readonly CborValue[]): Uint8Array {
  return encodeArray(items.map(encodeCbor).sort(compareBytes));
}
