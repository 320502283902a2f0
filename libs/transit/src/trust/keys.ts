import type { PublicKey } from '../crypto/algorithm.ts';

/** A key with which an issuer signs grants. Several are in use while one follows another. */
export interface IssuerKey {
  readonly issuer: string;
  readonly keyId: string;
  readonly publicKey: PublicKey;
  /** Unix seconds from which grants may begin that it signs. */
  readonly notBefore: number;
  /** Unix seconds from which none may begin any more. Those that began before stay good. */
  readonly notAfter: number;
  /** Whether nothing that it signed is to be believed. */
  readonly isRevoked: boolean;
}

/** What is known of issuers: the gate's trust bundle, or an issuer's own table. */
export interface IssuerKeys {
  hasIssuer(issuer: string): boolean;
  keyOf(issuer: string, keyId: string): IssuerKey | undefined;
}

/** Issuers' keys from a list. */
export function issuerKeys(keys: readonly IssuerKey[]): IssuerKeys {
  const issuers = new Set(keys.map(({ issuer }) => issuer));
  const byName = new Map(keys.map((key) => [`${key.issuer}/${key.keyId}`, key]));
  return {
    hasIssuer: (issuer) => issuers.has(issuer),
    keyOf: (issuer, keyId) => byName.get(`${issuer}/${keyId}`),
  };
}
