import { ByteWriter, compareBytes } from '../bytes.ts';
import { type CborMap, type CborValue, MAJOR } from './value.ts';

const utf8 = new TextEncoder();
const LARGEST = (1n << 64n) - 1n;

/**
 * A value in the one encoding that it has: shortest integers, definite lengths, keys of maps in the
 * order of their bytes (RFC 8949, 4.2.1). Throws a RangeError for integers beyond 64 bits.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const out = new ByteWriter();
  write(out, value);
  return out.finish();
}

/** An array behind a tag of one byte (tags below 24). */
export function encodeTagged(tag: number, items: readonly CborValue[]): Uint8Array {
  const out = new ByteWriter();
  writeHead(out, MAJOR.tag, BigInt(tag));
  write(out, items);
  return out.finish();
}

/** An array of items that are encoded already. */
export function encodeArray(items: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter();
  writeHead(out, MAJOR.array, BigInt(items.length));
  for (const item of items) out.bytes(item);
  return out.finish();
}

function write(out: ByteWriter, value: CborValue): void {
  if (typeof value === 'bigint') {
    if (value < 0n) writeHead(out, MAJOR.negative, -1n - value);
    else writeHead(out, MAJOR.unsigned, value);
  } else if (typeof value === 'string') {
    const bytes = utf8.encode(value);
    writeHead(out, MAJOR.text, BigInt(bytes.length));
    out.bytes(bytes);
  } else if (value instanceof Uint8Array) {
    writeHead(out, MAJOR.bytes, BigInt(value.length));
    out.bytes(value);
  } else if (isMap(value)) {
    writeMap(out, value);
  } else {
    writeHead(out, MAJOR.array, BigInt(value.length));
    for (const item of value) write(out, item);
  }
}

function writeMap(out: ByteWriter, map: CborMap): void {
  writeHead(out, MAJOR.map, BigInt(map.size));
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  for (const { key, value } of entries) {
    out.bytes(key);
    write(out, value);
  }
}

function writeHead(out: ByteWriter, major: number, argument: bigint): void {
  if (argument > LARGEST) throw new RangeError('integers have at most 64 bits');
  const type = major << 5;
  if (argument < 24n) out.uint(type | Number(argument), 1);
  else if (argument < 0x100n) out.uint(type | 24, 1).uint(Number(argument), 1);
  else if (argument < 0x1_0000n) out.uint(type | 25, 1).uint(Number(argument), 2);
  else if (argument < 0x1_0000_0000n) out.uint(type | 26, 1).uint(Number(argument), 4);
  else {
    out.uint(type | 27, 1);
    out.uint(Number(argument >> 32n), 4).uint(Number(argument & 0xffff_ffffn), 4);
  }
}

function isMap(value: readonly CborValue[] | CborMap): value is CborMap {
  return value instanceof Map;
}
