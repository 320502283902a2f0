import { createHmac, timingSafeEqual } from 'node:crypto';
import { Quote } from '@causeway/proto/fx';
import type { Secret } from '@causeway/runtime';

/** A key that signs quotes. */
export interface TokenKey {
  /** Named in the token, so that keys can be changed while tokens are about. */
  readonly id: string;
  readonly key: Secret<Uint8Array>;
}

/** What a quote that came back is worth. */
export type TokenVerdict = 'valid' | 'expired' | 'forged';

const VERSION = 'v1';
const PARTS = /^v1\.([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{43})$/;

/**
 * The token of a quote: an HMAC-SHA256 over the encoded quote without its token. The quote itself
 * is the payload, so a token alone is worth nothing and a changed quote has none.
 */
export function signQuote(quote: Quote, { id, key }: TokenKey): string {
  return `${VERSION}.${id}.${macOf(quote, id, key).toString('base64url')}`;
}

/**
 * Judges a quote that comes back with its token: 'forged' where any field was changed or no key
 * signed it, 'expired' from its expiry on by the clock of the caller. Pure.
 *
 * @param keys all keys that tokens still about may be signed with
 * @param nowMs epoch milliseconds
 */
export function verifyQuoteToken(
  quote: Quote,
  keys: readonly TokenKey[],
  nowMs: number,
): TokenVerdict {
  const [, id, mac = ''] = PARTS.exec(quote.token) ?? [];
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) return 'forged';
  const expected = macOf(quote, key.id, key.key);
  if (!timingSafeEqual(expected, Buffer.from(mac, 'base64url'))) return 'forged';
  const expiresAtMs = quote.expireTime?.getTime() ?? 0;
  return nowMs < expiresAtMs ? 'valid' : 'expired';
}

function macOf(quote: Quote, keyId: string, key: Secret<Uint8Array>): Buffer {
  const mac = createHmac('sha256', key.reveal());
  mac.update(`${VERSION}.${keyId}.`);
  mac.update(Quote.encode({ ...quote, token: '' }).finish());
  return mac.digest();
}
