import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../bytes.ts';
import { MalformedError } from '../cbor/value.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { unzlib, zlibStored } from './zlib.ts';

const utf8 = new TextEncoder();
const data = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.string({ maxLength: 600 }).map((text) => utf8.encode(text)),
  fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.nat(30)).map(([part, times]) => {
    return new Uint8Array(Buffer.concat(Array.from({ length: times }, () => part)));
  }),
);
const strategy = fc.constantFrom(
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
);

test.each([
  ['AB', 'BB8'],
  ['Hello!!', '%69 VD92EX0'],
  ['base-45', 'UJCLQE7W581'],
  ['ietf!', 'QED8WEX0'],
])('%s is as RFC 9285 has it', (text, encoded) => {
  expect(encodeBase45(utf8.encode(text))).toBe(encoded);
  expect(decodeBase45(encoded)).toEqual(utf8.encode(text));
});

test.each(['A', 'GGW', ':::', '::', 'ab', 'BB8A', 'Ü00'])('%s is no base45', (text) => {
  expect(() => decodeBase45(text)).toThrow(MalformedError);
});

test('base45 gives back any bytes', () => {
  fc.assert(
    fc.property(data, (bytes) => {
      expect(equalBytes(decodeBase45(encodeBase45(bytes)), bytes)).toBe(true);
    }),
  );
});

test('zlib reads what we store, and we read whatever zlib deflates', () => {
  fc.assert(
    fc.property(data, fc.integer({ min: 0, max: 9 }), strategy, (bytes, level, how) => {
      expect(equalBytes(inflateSync(zlibStored(bytes)), bytes)).toBe(true);
      const deflated = deflateSync(bytes, { level, strategy: how });
      expect(equalBytes(unzlib(deflated, 700), bytes)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('what differs from zlib by a byte is read as zlib reads it, or refused by both', () => {
  let same = 0;
  fc.assert(
    fc.property(data, strategy, fc.nat(), fc.nat(255), (bytes, how, at, byte) => {
      const damaged = deflateSync(bytes, { strategy: how });
      damaged[at % damaged.length] = byte;
      const [theirs, ours] = [
        attempt(() => inflateSync(damaged)),
        attempt(() => unzlib(damaged, 70_000)),
      ];
      // Windows smaller than the distances used are refused by zlib alone; ours are never that long.
      if (at % damaged.length === 0) return;
      expect(ours === undefined).toBe(theirs === undefined);
      if (ours && theirs) same += equalBytes(ours, theirs) ? 1 : 0;
    }),
    { numRuns: 800 },
  );
  expect(same).toBeGreaterThan(0);
});

test.each([
  ['ends early', (stream: Uint8Array) => stream.slice(0, -1)],
  ['has more behind it', (stream: Uint8Array) => new Uint8Array([...stream, 0])],
  ['has a wrong checksum', (stream: Uint8Array) => stream.with(-1, (stream.at(-1) ?? 0) ^ 1)],
  ['asks for a dictionary', (stream: Uint8Array) => stream.with(1, 0x20 | (31 - 2))],
])('a stream that %s is refused', (_what, damage) => {
  const stream = new Uint8Array(deflateSync('a stream, a stream, a stream'));
  expect(() => unzlib(damage(stream), 100)).toThrow(MalformedError);
});

test('a bomb is refused at its limit', () => {
  const bomb = deflateSync(new Uint8Array(1 << 20), { level: 9 });
  expect(bomb.length).toBeLessThan(1200);
  expect(() => unzlib(bomb, 768)).toThrow('more than it may');
});

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
