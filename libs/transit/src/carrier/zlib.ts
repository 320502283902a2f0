import { ByteWriter } from '../bytes.ts';
import { demand } from '../cbor/value.ts';
import { inflate } from './inflate.ts';

const STORED_MOST = 0xffff;

/**
 * Bytes as a zlib stream (RFC 1950) of stored blocks. Grants and codes are mostly keys and signatures,
 * in which deflate finds little: what it saves is at most one version of the QR symbol.
 */
export function zlibStored(bytes: Uint8Array): Uint8Array {
  const out = new ByteWriter().uint(0x7801, 2);
  let at = 0;
  do {
    const block = bytes.subarray(at, at + STORED_MOST);
    at += block.length;
    out.uint(at === bytes.length ? 1 : 0, 1);
    out.uint(swap16(block.length), 2).uint(swap16(~block.length & 0xffff), 2);
    out.bytes(block);
  } while (at < bytes.length);
  return out.uint(adler32(bytes), 4).finish();
}

/**
 * What a zlib stream holds, at most `maxBytes`. Throws a MalformedError where the stream is broken,
 * asks for a dictionary, holds more, is not as long as the bytes, or its checksum differs.
 */
export function unzlib(stream: Uint8Array, maxBytes: number): Uint8Array {
  demand(stream.length >= 6, 'it is no zlib stream: it ends early');
  const [cmf = 0, flags = 0] = stream;
  demand((cmf & 0x0f) === 8 && cmf >> 4 <= 7, 'it is no zlib stream: the method is unknown');
  demand(((cmf << 8) | flags) % 31 === 0, 'it is no zlib stream: the header is wrong');
  demand((flags & 0x20) === 0, 'it asks for a dictionary');
  const { bytes, consumed } = inflate(stream.subarray(2), maxBytes);
  demand(consumed + 6 === stream.length, 'the zlib stream is not as long as its bytes');
  const end = stream.length - 4;
  let expected = 0;
  for (const byte of stream.subarray(end)) expected = ((expected << 8) | byte) >>> 0;
  demand(expected === adler32(bytes), 'the checksum of the zlib stream is wrong');
  return bytes;
}

/** The checksum of RFC 1950. */
export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >> 8);
}
