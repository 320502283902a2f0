import { concatBytes, toHex } from '../bytes.ts';
import { encodeBase45 } from '../carrier/base45.ts';
import { adler32, zlibStored } from '../carrier/zlib.ts';
import { encodeCbor, encodeTagged } from '../cbor/encode.ts';
import type { CborValue } from '../cbor/value.ts';
import { PREFIX } from '../code/text.ts';
import { readCodeText } from '../code/verify.ts';
import { coseKey } from '../cose/key.ts';
import type { Algorithm, Signer } from '../crypto/algorithm.ts';
import type { Outcome } from '../tap/outcome.ts';
import type { JsonObject } from './file.ts';
import { fixedSigner } from './signers.fixture.ts';

/** Noon of 30 November 2026 in Hong Kong, about which the vectors are. */
export const NOON = 1_796_011_200;

/** Everything about a vector that differs from an honest ride. */
export interface Different {
  /** Claims of the grant: one that is undefined is left out. */
  claims?: readonly (readonly [bigint, CborValue | undefined])[];
  /** Terms in the transit claim, by their place. */
  terms?: Readonly<Record<number, CborValue>>;
  /** The parts of the statement, by their place; the fourth is the grant. */
  statement?: Readonly<Record<number, CborValue>>;
  grantMessage?: Message;
  codeMessage?: Message;
  /** What becomes of the signed grant before the code is made. */
  grantBytes?: (bytes: Uint8Array) => Uint8Array;
  /** What becomes of the code before it is compressed. */
  codeBytes?: (bytes: Uint8Array) => Uint8Array;
  /** What becomes of the stream before it is base45. */
  stream?: (stream: Uint8Array) => Uint8Array;
  /** What becomes of the text. */
  text?: (text: string) => string;
  state?: JsonObject;
  /** Seconds of the gate's clock after noon. */
  gateAt?: number;
}

/** How a COSE_Sign1 is made. */
export interface Message {
  signer?: Signer;
  tag?: number;
  header?: readonly (readonly [bigint, CborValue])[];
  unprotected?: CborValue;
  signature?: (signature: Uint8Array) => Uint8Array;
  /** The parts, to have others. */
  parts?: (parts: CborValue[]) => CborValue[];
}

/** The keys that vectors are signed with, of one algorithm. */
export function vectorKeys(algorithm: Algorithm): VectorKeys {
  const known = made.get(algorithm) ?? makeKeys(algorithm);
  made.set(algorithm, known);
  return known;
}

interface VectorKeys {
  readonly issuer: Signer;
  readonly other: Signer;
  readonly user: Signer;
  readonly keyId: string;
}

const made = new Map<Algorithm, VectorKeys>();

function makeKeys(algorithm: Algorithm): VectorKeys {
  const base = algorithm === 'ES256' ? 1 : 11;
  return {
    issuer: fixedSigner(algorithm, base),
    other: fixedSigner(algorithm, base + 1),
    user: fixedSigner(algorithm, base + 2),
    keyId: algorithm === 'ES256' ? 'k1' : 'k2',
  };
}

const NUMBERS: Readonly<Record<Algorithm, bigint>> = { ES256: -7n, EdDSA: -8n };
const utf8 = new TextEncoder();
const EMPTY = new Uint8Array(0);

/** An honest ride on a minibus, at the vectors' gate. */
export const STATE: JsonObject = {
  ...{ scene: 'minibus', kind: 'flat', currency: 'HKD', fare_minor: '780' },
};

/** The id of the vectors' grants. */
export const GRANT_ID = Uint8Array.from({ length: 16 }, (_, index) => index);

/** One case of the file. */
export async function vector(
  algorithm: Algorithm,
  name: string,
  expected: Outcome,
  different: Different = {},
) {
  const keys = vectorKeys(algorithm);
  const grant = changedBy(
    await message(
      claims(keys.user, different),
      { signer: keys.issuer, ...different.grantMessage },
      [[4n, utf8.encode(keys.keyId)]],
    ),
    different.grantBytes,
  );
  const statement = placed([1n, 7n, BigInt(NOON), 0n, grant], different.statement);
  const code = changedBy(
    await message(encodeCbor(statement), { signer: keys.user, ...different.codeMessage }),
    different.codeBytes,
  );
  const stream = changedBy(zlibStored(code), different.stream);
  const text = PREFIX + encodeBase45(stream);
  const shown = different.text?.(text) ?? text;
  const read = readCodeText(shown);
  return {
    name: `${algorithm}: ${name}`,
    grant_hex: read.ok ? toHex(read.value.grant.bytes) : '',
    code: shown,
    gate_time: NOON + (different.gateAt ?? 4),
    gate_state: { ...STATE, ...different.state },
    expected,
  };
}

function claims(user: Signer, { claims: changes = [], terms }: Different): Uint8Array {
  const map = new Map<bigint, CborValue>([
    [1n, 'harbour-wallet'],
    [2n, 'cGFzc2VuZ2Vy'],
    [4n, BigInt(NOON + 86_400)],
    [5n, BigInt(NOON - 3600)],
    [7n, GRANT_ID],
    [8n, new Map([[1n, coseKey(user.publicKey)]])],
    [-65_537n, placed([1n, 100n, 2n, [['HKD', 3000n, 10_000n]], [], 0n], terms)],
  ]);
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return encodeCbor(map);
}

async function message(
  payload: Uint8Array,
  { signer, tag = 18, header, unprotected, signature, parts }: Message,
  more: readonly (readonly [bigint, CborValue])[] = [],
): Promise<Uint8Array> {
  if (signer === undefined) throw new TypeError('nobody signs');
  const algorithm = NUMBERS[signer.publicKey.algorithm];
  const head = encodeCbor(new Map<bigint, CborValue>(header ?? [[1n, algorithm], ...more]));
  const signed = await signer.sign(encodeCbor(['Signature1', head, EMPTY, payload]));
  const all = [head, unprotected ?? new Map(), payload, changedBy(signed, signature)];
  return encodeTagged(tag, parts?.(all) ?? all);
}

function placed(
  values: readonly CborValue[],
  others: Readonly<Record<number, CborValue>> = {},
): CborValue[] {
  return values.map((value, index) => others[index] ?? value);
}

function changedBy<T>(value: T, change?: (value: T) => T): T {
  return change ? change(value) : value;
}

/** A zlib stream whose one block has the fixed Huffman code and literals only (RFC 1951, 3.2.6). */
export function zlibFixed(bytes: Uint8Array): Uint8Array {
  const out: number[] = [0x78, 0x01];
  let [held, count] = [0, 0];
  const put = (value: number, bits: number) => {
    for (let bit = bits - 1; bit >= 0; bit--) {
      held |= ((value >> bit) & 1) << count++;
      if (count === 8) {
        out.push(held);
        [held, count] = [0, 0];
      }
    }
  };
  put(1, 1);
  put(0b10, 2);
  for (const byte of bytes) put(byte < 144 ? 0x30 + byte : 0x190 + byte - 144, byte < 144 ? 8 : 9);
  put(0, 7);
  if (count > 0) out.push(held);
  const sum = adler32(bytes);
  return concatBytes(
    new Uint8Array(out),
    new Uint8Array([sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255]),
  );
}
