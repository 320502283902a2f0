import { deflateSync } from 'node:zlib';
import { encodeQR } from 'qr';
import { decodeQR } from 'qr/decode.js';
import { expect, test } from 'vitest';
import type { Algorithm } from '../crypto/algorithm.ts';
import { signGrant } from '../grant/sign.ts';
import { grantFor, NOW, signerOf } from './code.fixture.ts';
import { signCode } from './sign.ts';
import { codeBytes, codeText } from './text.ts';

const CURRENCIES = ['HKD', 'CNY', 'MOP', 'JPY'];

/** A code whose grant has caps in some currencies, and long names of everything. */
async function codeOf(algorithm: Algorithm, currencies: number) {
  const user = signerOf(algorithm, 2);
  const [first, ...more] = CURRENCIES.map((currencyCode) => {
    return { currencyCode, singleMinor: 100_000n, totalMinor: 1_000_000n };
  });
  if (first === undefined) throw new Error('a grant without a currency');
  const grant = grantFor(user.publicKey, {
    caps: [first, ...more.slice(0, currencies - 1)],
    subject: 'cGFzc2VuZ2VyMTIz',
    ...{ codes: 1000, scenes: ['minibus', 'bus', 'metro'], fxRule: 'at-upload' },
  });
  const { bytes } = await signGrant(grant, '2026-11', signerOf(algorithm, 1));
  return signCode({ counter: 1000, madeAt: NOW, scene: 'metro' }, bytes, user);
}

test.each([
  ['EdDSA', 1, 312, 14],
  ['EdDSA', 4, 359, 15],
  ['ES256', 1, 349, 15],
  ['ES256', 4, 394, 16],
] as const)(
  '%s with caps in %i currencies: %i bytes, version %i at level M',
  async (algorithm, currencies, bytes, version) => {
    const code = await codeOf(algorithm, currencies);
    const text = codeText(code);
    const symbol = encodeQR(text, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border: 1 });
    expect([code.length, (symbol.length - 19) / 4]).toEqual([bytes, version]);
    // Keys and signatures are chance: the best that deflate does is shorter by one version at most.
    const deflated = codeText(code, (bytes) => deflateSync(bytes, { level: 9 }));
    const smaller = encodeQR(deflated, 'raw', {
      ecc: 'medium',
      encoding: 'alphanumeric',
      border: 1,
    });
    expect((symbol.length - smaller.length) / 4).toBeLessThanOrEqual(1);
    expect(codeBytes(deflated)).toEqual(code);
    expect(decodeQR(picture(symbol))).toBe(text);
  },
);

/** The symbol as a camera would have it: black on white, four points a module. */
function picture(symbol: boolean[][]) {
  const [scale, quiet] = [4, 4];
  const side = (symbol.length + 2 * quiet) * scale;
  const data = new Uint8Array(side * side * 3).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isDark = symbol[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet];
      if (isDark) data.fill(0, (y * side + x) * 3, (y * side + x) * 3 + 3);
    }
  }
  return { width: side, height: side, data };
}
