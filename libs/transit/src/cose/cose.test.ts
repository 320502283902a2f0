import { expect, test } from 'vitest';
import { concatBytes, fromHex, toHex } from '../bytes.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { MalformedError } from '../cbor/value.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { coseKey, readCoseKey } from './key.ts';
import { readSign1 } from './sign1.ts';

const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array();

test('the message of RFC 9052, C.2.1 is verified, once its key id stands where ours does', async () => {
  const x = bytes('bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff');
  const y = bytes('20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e');
  const key = { algorithm: 'ES256', bytes: concatBytes(bytes('04'), x, y) } as const;
  const signature =
    '8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e' +
    '2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36';
  const content = '546869732069732074686520636f6e74656e742e';
  const theirs = `d28443a10126a10442313154${content}5840${signature}`;
  expect(() => readSign1(bytes(theirs))).toThrow('the unprotected header is not empty');
  const message = readSign1(bytes(theirs.replace('a104423131', 'a0')));
  expect(toHex(message.signed)).toBe(`846a5369676e61747572653143a101264054${content}`);
  expect(await nodeCryptography().verify(key, message.signed, message.signature)).toBe(true);
  expect(readCoseKey(coseKey(key))).toEqual(key);
});

test('keys of other forms are neither written nor read', () => {
  const short = { algorithm: 'EdDSA', bytes: new Uint8Array(31) } as const;
  expect(() => coseKey(short)).toThrow(RangeError);
  const compressed = { algorithm: 'ES256', bytes: new Uint8Array(65).fill(2) } as const;
  expect(() => coseKey(compressed)).toThrow(RangeError);
  for (const sign of [0, 0x80]) {
    const point = new Uint8Array(32).with(0, 1).with(31, sign);
    const small = new Map([...coseKey({ algorithm: 'EdDSA', bytes: new Uint8Array(32).fill(9) })]);
    small.set(-2n, point);
    expect(() => readCoseKey(small)).toThrow(MalformedError);
  }
  expect(encodeCbor(coseKey({ algorithm: 'EdDSA', bytes: new Uint8Array(32).fill(9) }))).toEqual(
    bytes(`a30101200621582009${'09'.repeat(31)}`),
  );
});
