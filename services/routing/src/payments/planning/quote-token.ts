import { createHmac, timingSafeEqual } from 'node:crypto';
import { QuoteClaims } from '@causeway/proto/routing';
import type { Secret } from '@causeway/runtime';

/** A key that signs quote tokens. */
export interface TokenKey {
  /** Named in the token, so that keys can be changed while tokens are about. */
  readonly id: string;
  readonly key: Secret<Uint8Array>;
}

/** The first signs, all are read. */
export type QuoteKeys = readonly [TokenKey, ...TokenKey[]];

const VERSION = 'v1';
const PARTS = /^v1\.([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{1,4096})\.([A-Za-z0-9_-]{43})$/;

/** The claims and an HMAC-SHA256 over them, as text that leaves the system and comes back. */
export function signQuote(claims: QuoteClaims, { id, key }: TokenKey): string {
  const body = Buffer.from(QuoteClaims.encode(claims).finish()).toString('base64url');
  return `${VERSION}.${id}.${body}.${macOf(id, body, key).toString('base64url')}`;
}

/** What a token says, undefined where none of the keys signed it. Its expiry is for the caller. */
export function readQuote(token: string, keys: QuoteKeys): QuoteClaims | undefined {
  const [, id = '', body = '', mac = ''] = PARTS.exec(token) ?? [];
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) return undefined;
  const isSigned = timingSafeEqual(macOf(id, body, key.key), Buffer.from(mac, 'base64url'));
  return isSigned ? QuoteClaims.decode(Buffer.from(body, 'base64url')) : undefined;
}

function macOf(keyId: string, body: string, key: Secret<Uint8Array>): Buffer {
  return createHmac('sha256', key.reveal()).update(`${VERSION}.${keyId}.${body}`).digest();
}
