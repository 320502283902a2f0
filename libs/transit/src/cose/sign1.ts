import { equalBytes } from '../bytes.ts';
import { decodeCbor, decodeTagged } from '../cbor/decode.ts';
import { encodeCbor, encodeTagged } from '../cbor/encode.ts';
import { intEntry, mapOf } from '../cbor/shape.ts';
import { type CborMap, type CborValue, demand } from '../cbor/value.ts';
import { type Algorithm, SIGNATURE_BYTES, type Signer } from '../crypto/algorithm.ts';

/** The tag of COSE_Sign1 (RFC 9052, 4.2). */
const TAG = 18;

/** Labels of header parameters (RFC 9052, 3.1). */
const HEADER = { algorithm: 1n, keyId: 4n } as const;

/** COSE's numbers of the algorithms (RFC 9053, 2). */
const COSE_ALGORITHM: Readonly<Record<Algorithm, bigint>> = { ES256: -7n, EdDSA: -8n };

const NOTHING = new Uint8Array(0);
const MOST_KEY_ID = 32;

/** A message with one signature, taken apart but not verified. */
export interface Sign1 {
  algorithm: Algorithm;
  /** Who signed, where the message says so; at most 32 bytes. */
  keyId: Uint8Array | undefined;
  payload: Uint8Array;
  signature: Uint8Array;
  /** What the signature is over: the Sig_structure of RFC 9052, 4.4. */
  signed: Uint8Array;
}

/** A COSE_Sign1 over a payload, signed. */
export async function makeSign1(
  payload: Uint8Array,
  signer: Signer,
  keyId?: Uint8Array,
): Promise<Uint8Array> {
  const header = new Map<bigint, CborValue>([
    [HEADER.algorithm, COSE_ALGORITHM[signer.publicKey.algorithm]],
  ]);
  if (keyId !== undefined) header.set(HEADER.keyId, keyId);
  const protectedHeader = encodeCbor(header);
  const signature = await signer.sign(sigStructure(protectedHeader, payload));
  return encodeTagged(TAG, [protectedHeader, new Map(), payload, signature]);
}

/**
 * Takes a COSE_Sign1 apart. Throws a MalformedError where it is none, holds headers other than the
 * algorithm and the key's id, an unprotected header, or a signature of another length.
 */
export function readSign1(bytes: Uint8Array): Sign1;
export function readSign1(bytes: Uint8Array, limits: Parameters<typeof decodeTagged>[2]): Sign1;
export function readSign1(bytes: Uint8Array, limits?: Parameters<typeof decodeTagged>[2]): Sign1 {
  const parts = decodeTagged(TAG, bytes, limits);
  demand(parts.length === 4, 'a signed message has four parts');
  const [protectedHeader, unprotected, payload, signature] = parts;
  demand(protectedHeader instanceof Uint8Array, 'the protected header is no byte string');
  demand(
    mapOf(unprotected, 'unprotected header').size === 0,
    'the unprotected header is not empty',
  );
  demand(payload instanceof Uint8Array, 'the payload is no byte string');
  demand(
    signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES,
    'the signature has not 64 bytes',
  );
  const header = mapOf(decodeCbor(protectedHeader), 'protected header');
  const signed = sigStructure(protectedHeader, payload);
  return { algorithm: algorithmOf(header), keyId: keyIdOf(header), payload, signature, signed };
}

function algorithmOf(header: CborMap): Algorithm {
  const number = intEntry(header, HEADER.algorithm, 'algorithm');
  if (number === COSE_ALGORITHM.ES256) return 'ES256';
  demand(number === COSE_ALGORITHM.EdDSA, 'the algorithm is not known');
  return 'EdDSA';
}

function keyIdOf(header: CborMap): Uint8Array | undefined {
  const keyId = header.get(HEADER.keyId);
  demand(header.size === (keyId === undefined ? 1 : 2), 'a header is not known');
  if (keyId === undefined) return undefined;
  demand(
    keyId instanceof Uint8Array && !equalBytes(keyId, NOTHING),
    'the key id is no byte string',
  );
  demand(keyId.length <= MOST_KEY_ID, 'the key id is too long');
  return keyId;
}

function sigStructure(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedHeader, NOTHING, payload]);
}
