import { demand } from '../cbor/value.ts';
import { makeSign1, readSign1, type Sign1 } from '../cose/sign1.ts';
import type { Signer } from '../crypto/algorithm.ts';
import { decodeClaims, encodeClaims } from './claims.ts';
import type { Grant, SignedGrant } from './grant.ts';

/** What a key's id looks like. */
export const KEY_ID = /^[a-z0-9.-]{1,32}$/;

/** The most bytes that a signed grant has, so that a code fits a symbol that cheap scanners read. */
export const MOST_GRANT_BYTES = 640;

const utf8 = new TextEncoder();

/** A grant that was read, and what its signature is over; nothing is verified yet. */
export interface ReadGrant extends SignedGrant {
  readonly message: Sign1;
}

/**
 * Signs a grant with one of the issuer's keys. Throws a MalformedError for a grant or key id that
 * nobody could read, or that is too long for a code.
 */
export async function signGrant(grant: Grant, keyId: string, signer: Signer): Promise<SignedGrant> {
  demand(KEY_ID.test(keyId), 'the key id is not of its form');
  const bytes = await makeSign1(encodeClaims(grant), signer, utf8.encode(keyId));
  demand(bytes.length <= MOST_GRANT_BYTES, 'the grant is too long');
  return { grant, keyId, bytes };
}

/** Reads a signed grant without verifying it. Throws a MalformedError. */
export function readGrant(bytes: Uint8Array): ReadGrant {
  demand(bytes.length <= MOST_GRANT_BYTES, 'the grant is too long');
  const message = readSign1(bytes);
  demand(message.keyId !== undefined, 'the grant names no key');
  const keyId = String.fromCharCode(...message.keyId);
  demand(KEY_ID.test(keyId), 'the key id is not of its form');
  return { grant: decodeClaims(message.payload), keyId, bytes, message };
}
