import { fromHex } from '../bytes.ts';
import { type Algorithm, PUBLIC_KEY_BYTES, type PublicKey } from '../crypto/algorithm.ts';

/** A value of a JSON document. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [name: string]: JsonValue };

/** What is wrong with a vector, or with a file of them. The message says where. */
export class VectorError extends Error {
  override name = 'VectorError';
}

/** A file of test vectors: the keys of issuers by `issuer/key-id`, and cases. */
export interface VectorFile {
  readonly version: number;
  readonly keys: ReadonlyMap<string, PublicKey>;
  /** Not looked at any further: a case that is broken fails alone. */
  readonly cases: readonly JsonValue[];
}

/** Reads a file of vectors. Throws a VectorError where it is none. */
export function readVectorFile(text: string): VectorFile {
  let document: JsonValue;
  try {
    document = JSON.parse(text) as JsonValue;
  } catch {
    throw new VectorError('it is not JSON');
  }
  const file = objectOf(document, 'the file');
  const version = file.version;
  if (version !== 1) throw new VectorError('its version is not 1');
  const keys = Object.entries(objectOf(file.keys, 'keys')).map(
    ([id, key]) => [id, publicKeyOf(id, key)] as const,
  );
  if (!Array.isArray(file.cases)) throw new VectorError('cases: not a list');
  return { version, keys: new Map(keys), cases: file.cases };
}

/** A value that has to be an object. */
export function objectOf(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new VectorError(`${what}: not an object`);
  }
  return value as JsonObject;
}

/** A value that has to be a list, or may be missing. */
export function listOf(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new VectorError(`${what}: not a list`);
  return value;
}

/** A value that has to be a text. */
export function stringOf(value: JsonValue | undefined, what: string, fallback?: string): string {
  const text = value ?? fallback;
  if (typeof text !== 'string') throw new VectorError(`${what}: not a text`);
  return text;
}

/** A value that has to be a number that is not below zero. */
export function numberOf(value: JsonValue | undefined, what: string, fallback?: number): number {
  const number = value ?? fallback;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) {
    throw new VectorError(`${what}: not a number`);
  }
  return number;
}

/** A value that has to be minor units, as a text of digits. */
export function minorOf(value: JsonValue | undefined, what: string): bigint {
  const text = stringOf(value, what);
  if (!/^\d{1,18}$/.test(text)) throw new VectorError(`${what}: not minor units`);
  return BigInt(text);
}

/** A value that has to be bytes in hexadecimal. */
export function hexOf(value: JsonValue | undefined, what: string): Uint8Array {
  const bytes = fromHex(stringOf(value, what));
  if (bytes === undefined) throw new VectorError(`${what}: not hexadecimal`);
  return bytes;
}

function publicKeyOf(id: string, value: JsonValue): PublicKey {
  if (!/^[a-z0-9-]{1,32}\/[a-z0-9.-]{1,32}$/.test(id)) {
    throw new VectorError(`keys: "${id}" is not issuer/key-id`);
  }
  const key = objectOf(value, `key ${id}`);
  const algorithm = stringOf(key.alg, `key ${id}: alg`);
  if (!isAlgorithm(algorithm)) throw new VectorError(`key ${id}: alg is not known`);
  const bytes = hexOf(key.public_hex, `key ${id}: public_hex`);
  if (bytes.length !== PUBLIC_KEY_BYTES[algorithm]) {
    throw new VectorError(`key ${id}: not ${PUBLIC_KEY_BYTES[algorithm]} bytes`);
  }
  return { algorithm, bytes };
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(PUBLIC_KEY_BYTES, text);
}
