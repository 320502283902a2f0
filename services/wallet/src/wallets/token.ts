import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUuid, type Secret, uuidBytes } from '@causeway/runtime';

/** A key that signs tokens; its id travels in each token, so that keys can be rotated. */
export interface TokenKey {
  keyId: string;
  secret: Secret;
}

const VERSION = 'w1';
const UUID_BYTES = 16;
const PAYLOAD_BYTES = UUID_BYTES + 8;

/**
 * Reads TOKEN_KEYS: `id:secret` pairs between commas. The first key signs, all verify; a key is
 * retired by leaving it out once the last token signed with it has ended. Throws an Error that
 * names no secret.
 */
export function parseTokenKeys(keys: Secret, wrap: (secret: string) => Secret): TokenKey[] {
  const parsed = keys
    .reveal()
    .split(',')
    .map((entry) => {
      const [keyId = '', secret = ''] = entry.trim().split(':');
      if (!/^[a-z0-9]{1,16}$/.test(keyId))
        throw new Error('TOKEN_KEYS: a key id is 1 to 16 of a-z0-9');
      if (secret.length < 16) throw new Error(`TOKEN_KEYS: the secret of ${keyId} is too short`);
      return { keyId, secret: wrap(secret) };
    });
  if (new Set(parsed.map(({ keyId }) => keyId)).size !== parsed.length) {
    throw new Error('TOKEN_KEYS names a key id twice');
  }
  return parsed;
}

/** Makes and checks the tokens of wallet apps, each bound to one wallet. */
export interface AccessTokens {
  /** A token for the wallet that ends at `expiresAtMs` (epoch milliseconds, cut to a second). */
  sign(walletId: string, expiresAtMs: number): string;
  /** The wallet that the token is bound to; undefined where it is not ours, altered or over. */
  verify(token: string, nowMs: number): string | undefined;
}

/** `w1.<key id>.<wallet id and expiry>.<HMAC-SHA256 over all before it>`, in base64url. */
export function accessTokens(keys: readonly TokenKey[]): AccessTokens {
  const [signer] = keys;
  if (signer === undefined) throw new Error('a key to sign tokens with is required');
  return {
    sign(walletId, expiresAtMs) {
      const payload = Buffer.alloc(PAYLOAD_BYTES);
      uuidBytes(walletId).copy(payload);
      payload.writeBigUInt64BE(BigInt(Math.floor(expiresAtMs / 1000)), UUID_BYTES);
      const signed = `${VERSION}.${signer.keyId}.${payload.toString('base64url')}`;
      return `${signed}.${mac(signer, signed).toString('base64url')}`;
    },
    verify(token, nowMs) {
      const [version, keyId, payload, signature, ...rest] = token.split('.');
      const key = keys.find((candidate) => candidate.keyId === keyId);
      if (version !== VERSION || !key || !payload || !signature || rest.length > 0)
        return undefined;
      const expected = mac(key, `${version}.${keyId}.${payload}`);
      const given = Buffer.from(signature, 'base64url');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return walletInside(Buffer.from(payload, 'base64url'), nowMs);
    },
  };
}

function mac(key: TokenKey, signed: string): Buffer {
  return createHmac('sha256', key.secret.reveal()).update(signed).digest();
}

function walletInside(payload: Buffer, nowMs: number): string | undefined {
  if (payload.length !== PAYLOAD_BYTES) return undefined;
  const expiresAtMs = payload.readBigUInt64BE(UUID_BYTES) * 1000n;
  if (BigInt(Math.floor(nowMs)) >= expiresAtMs) return undefined;
  const hex = payload.toString('hex', 0, UUID_BYTES);
  const walletId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return isUuid(walletId) ? walletId : undefined;
}
