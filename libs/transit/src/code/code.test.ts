import { describe, expect, test } from 'vitest';
import { MalformedError } from '../cbor/value.ts';
import { ALGORITHMS } from '../crypto/algorithm.ts';
import { webCryptography } from '../crypto/web.ts';
import type { Grant } from '../grant/grant.ts';
import { readGrant, signGrant } from '../grant/sign.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { grantFor, keysOf, NOW, signerOf } from './code.fixture.ts';
import { readCode, signCode, tapKeyOf } from './sign.ts';
import { codeBytes, codeText } from './text.ts';
import { readCodeText, whyForged } from './verify.ts';

const CRYPTOGRAPHIES = [
  ['node', nodeCryptography()],
  ['web', webCryptography()],
] as const;

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const [issuer, user] = [signerOf(algorithm, 1), signerOf(algorithm, 2)];

  async function codeOf(change: Partial<Grant> = {}) {
    const { bytes } = await signGrant(grantFor(user.publicKey, change), 'k1', issuer);
    return signCode({ counter: 3, madeAt: NOW, scene: 'metro' }, bytes, user);
  }

  test('a grant and a code say what was put into them', async () => {
    const grant = grantFor(user.publicKey, {
      caps: [
        { currencyCode: 'HKD', singleMinor: 3000n, totalMinor: 10_000n },
        { currencyCode: 'CNY', singleMinor: 2500n, totalMinor: 9000n },
      ],
      scenes: ['minibus', 'metro'],
      fxRule: 'at-upload',
    });
    const signed = await signGrant(grant, 'k1', issuer);
    expect(readGrant(signed.bytes)).toMatchObject({ grant, keyId: 'k1' });
    const code = await signCode({ counter: 3, madeAt: NOW, scene: 'metro' }, signed.bytes, user);
    const read = readCode(codeBytes(codeText(code)));
    expect(read).toMatchObject({ counter: 3, madeAt: NOW, scene: 'metro', bytes: code });
    expect(tapKeyOf(read)).toEqual({
      ...{ issuer: 'harbour-wallet', grantId: '07'.repeat(16), counter: 3 },
    });
  });

  test.each(CRYPTOGRAPHIES)('is verified, and forgeries are told apart (%s)', async (_, crypto) => {
    const code = readCode(await codeOf());
    const why = (keys = keysOf(issuer.publicKey), read = code) => whyForged(read, keys, crypto);
    expect(await why()).toBeUndefined();
    expect(await why(keysOf(user.publicKey))).toBe('GRANT_SIGNATURE');
    expect(await why(keysOf(issuer.publicKey, { keyId: 'k2' }))).toBe('UNKNOWN_KEY');
    expect(await why(keysOf(issuer.publicKey, { issuer: 'peak' }))).toBe('UNKNOWN_ISSUER');
    expect(await why(keysOf(issuer.publicKey, { isRevoked: true }))).toBe('KEY_REVOKED');
    expect(await why(keysOf(issuer.publicKey, { notAfter: NOW - 7200 }))).toBe('KEY_NOT_IN_USE');
    const stolen = await signCode({ counter: 1, madeAt: NOW }, code.grant.bytes, {
      ...signerOf(algorithm, 9),
      publicKey: user.publicKey,
    });
    expect(await why(keysOf(issuer.publicKey), readCode(stolen))).toBe('CODE_SIGNATURE');
  });

  test.each(CRYPTOGRAPHIES)('new keys sign (%s)', async (_, crypto) => {
    const { publicKey, privateKey } = await crypto.generate(algorithm);
    const signer = await crypto.signer(publicKey, privateKey);
    const message = new Uint8Array([1, 2, 3]);
    const signature = await signer.sign(message);
    for (const [, other] of CRYPTOGRAPHIES) {
      expect(await other.verify(publicKey, message, signature)).toBe(true);
      expect(await other.verify(publicKey, new Uint8Array([1, 2]), signature)).toBe(false);
      expect(await other.verify(publicKey, message, signature.slice(1))).toBe(false);
      const noPoint = { algorithm, bytes: new Uint8Array(publicKey.bytes.length).fill(255) };
      expect(await other.verify(noPoint, message, signature)).toBe(false);
    }
    expect(await crypto.sha256(message)).toEqual(await nodeCryptography().sha256(message));
  });

  test('no byte of a code may be another', async () => {
    const [code, keys, crypto] = [await codeOf(), keysOf(issuer.publicKey), nodeCryptography()];
    for (let at = 0; at < code.length; at++) {
      const read = readCodeText(codeText(code.with(at, (code[at] ?? 0) ^ 1)));
      if (read.ok) expect(await whyForged(read.value, keys, crypto), `byte ${at}`).toBeDefined();
    }
  });
});

test('the other algorithm than that of the key is refused', async () => {
  const issuer = signerOf('EdDSA', 1);
  const grant = grantFor(signerOf('EdDSA', 2).publicKey);
  const { bytes } = await signGrant(grant, 'k1', issuer);
  const code = await signCode({ counter: 1, madeAt: NOW }, bytes, signerOf('ES256', 2));
  expect(() => readCode(code)).toThrow('another algorithm');
});

test.each<[string, Partial<Grant>]>([
  ['an issuer with capitals', { issuer: 'Harbour' }],
  ['a short grant id', { grantId: new Uint8Array(8) }],
  ['a subject with a blank', { subject: 'the rider' }],
  ['an end before its beginning', { expiresAt: NOW - 3600 }],
  ['no codes', { codes: 0 }],
  ['a tier of 10', { tier: 10 }],
  ['more for one ride', { caps: [{ currencyCode: 'HKD', singleMinor: 2n, totalMinor: 1n }] }],
  ['a cap below zero', { caps: [{ currencyCode: 'HKD', singleMinor: -1n, totalMinor: 1n }] }],
  [
    'a currency in small letters',
    { caps: [{ currencyCode: 'hkd', singleMinor: 1n, totalMinor: 1n }] },
  ],
])('a grant with %s is never signed', async (_what, change) => {
  const grant = grantFor(signerOf('EdDSA', 2).publicKey, change);
  await expect(signGrant(grant, 'k1', signerOf('EdDSA', 1))).rejects.toThrow(MalformedError);
});
