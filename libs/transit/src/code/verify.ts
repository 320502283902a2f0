import { MalformedError } from '../cbor/value.ts';
import type { Cryptography } from '../crypto/algorithm.ts';
import type { ReadGrant } from '../grant/sign.ts';
import type { Reason } from '../tap/outcome.ts';
import type { IssuerKeys } from '../trust/keys.ts';
import type { ReadCode } from './code.ts';
import { readCode } from './sign.ts';
import { codeBytes } from './text.ts';

/** Why a code is not genuine. */
export type Forged = Extract<
  Reason,
  | 'MALFORMED'
  | 'UNKNOWN_ISSUER'
  | 'UNKNOWN_KEY'
  | 'GRANT_SIGNATURE'
  | 'CODE_SIGNATURE'
  | 'KEY_REVOKED'
  | 'KEY_NOT_IN_USE'
>;

/** A reading or a refusal of it. */
export type Read<T> = { ok: true; value: T } | { ok: false; reason: Forged; detail: string };

/** Reads the text of a code, as a scanner gives it. Never throws. */
export function readCodeText(text: string): Read<ReadCode> {
  return reading(() => readCode(codeBytes(text)));
}

/** Reads the bytes of a code, as taps hold them. Never throws. */
export function readCodeBytes(bytes: Uint8Array): Read<ReadCode> {
  return reading(() => readCode(bytes));
}

/**
 * Whether an issuer made the grant, judged by the keys that are known; undefined where it did. A
 * grant that was genuine stays so as long as its key is neither revoked nor unknown.
 */
export async function whyGrantForged(
  { grant, keyId, message }: ReadGrant,
  keys: IssuerKeys,
  cryptography: Cryptography,
): Promise<Forged | undefined> {
  const key = keys.keyOf(grant.issuer, keyId);
  if (key === undefined) return keys.hasIssuer(grant.issuer) ? 'UNKNOWN_KEY' : 'UNKNOWN_ISSUER';
  if (key.publicKey.algorithm !== message.algorithm) return 'GRANT_SIGNATURE';
  if (!(await cryptography.verify(key.publicKey, message.signed, message.signature))) {
    return 'GRANT_SIGNATURE';
  }
  if (key.isRevoked) return 'KEY_REVOKED';
  const isInUse = grant.notBefore >= key.notBefore && grant.notBefore < key.notAfter;
  return isInUse ? undefined : 'KEY_NOT_IN_USE';
}

/**
 * Whether an issuer made the grant and the holder of its user key the code; undefined where they
 * did. Says nothing of time, caps or deny lists: a code stays genuine for ever.
 */
export async function whyForged(
  code: ReadCode,
  keys: IssuerKeys,
  cryptography: Cryptography,
): Promise<Forged | undefined> {
  const forged = await whyGrantForged(code.grant, keys, cryptography);
  if (forged !== undefined) return forged;
  return (await isSignedByUser(code, cryptography)) ? undefined : 'CODE_SIGNATURE';
}

/** Whether the holder of the grant's user key signed the code. */
export function isSignedByUser(
  { grant, signed, signature }: ReadCode,
  cryptography: Cryptography,
): boolean | Promise<boolean> {
  return cryptography.verify(grant.grant.userKey, signed, signature);
}

function reading<T>(read: () => T): Read<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { ok: false, reason: 'MALFORMED', detail: error.message };
  }
}
