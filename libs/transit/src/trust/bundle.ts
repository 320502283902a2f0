import type { Grant } from '../grant/grant.ts';
import { type Ceiling, contentOf, denyName, type RootKey, type TrustContent } from './content.ts';
import type { IssuerKey, IssuerKeys } from './keys.ts';

const utf8 = new TextEncoder();

/** What a gate believes: which keys are whose, and what is to be refused. Never changes. */
export class TrustBundle implements IssuerKeys {
  /** Grows by at least one with each update; 0 for one that knows nothing but its roots. */
  readonly version: number;
  /** SHA-256 of its canonical content. */
  readonly digest: Uint8Array;
  /** Unix seconds at which this was known to be the newest version. */
  readonly provenAt: number;
  readonly content: TrustContent;
  readonly #issuers: ReadonlySet<string>;

  constructor(of: {
    version: number;
    digest: Uint8Array;
    provenAt: number;
    content: TrustContent;
  }) {
    this.version = of.version;
    this.digest = of.digest;
    this.provenAt = of.provenAt;
    this.content = of.content;
    this.#issuers = new Set([...of.content.keys.values()].map(({ issuer }) => issuer));
  }

  /** What a gate starts with: the roots that it was given when it was installed. */
  static anchored(roots: readonly RootKey[]): TrustBundle {
    const content = contentOf(roots);
    return new TrustBundle({ version: 0, digest: new Uint8Array(32), provenAt: 0, content });
  }

  hasIssuer(issuer: string): boolean {
    return this.#issuers.has(issuer);
  }

  keyOf(issuer: string, keyId: string): IssuerKey | undefined {
    return this.content.keys.get(`${issuer}/${keyId}`);
  }

  /** Whether the grant, its user key, its subject or its issuer is to be refused. */
  isDenied({ issuer, grantId, userKey, subject }: Grant): boolean {
    const { denied } = this.content;
    if (denied.size === 0) return false;
    return (
      denied.has(denyName({ kind: 'grant', issuer, value: grantId })) ||
      denied.has(denyName({ kind: 'key', issuer, value: userKey.bytes })) ||
      denied.has(denyName({ kind: 'subject', issuer, value: utf8.encode(subject) })) ||
      denied.has(denyName({ kind: 'issuer', issuer, value: new Uint8Array(0) }))
    );
  }

  /** The lower caps of an issuer in a currency, where there are any. */
  ceiling(issuer: string, currencyCode: string): Ceiling | undefined {
    return this.content.ceilings.get(`${issuer}/${currencyCode}`);
  }
}
