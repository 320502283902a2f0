import { describe, expect, test } from 'vitest';
import { grantFor, issuerKey, NOW, signerOf } from '../code/code.fixture.ts';
import { nodeCryptography } from '../node/cryptography.ts';
import { TrustBundle } from './bundle.ts';
import type { TrustChange } from './changes.ts';
import type { DenyEntry } from './content.ts';
import { learn, publishProof, publishUpdate, publishWhole } from './update.ts';

const crypto = nodeCryptography();
const [root, other] = ['r1', 'r2'].map((keyId, index) => {
  return { keyId, signer: signerOf('EdDSA', 40 + index) };
}) as [
  { keyId: string; signer: ReturnType<typeof signerOf> },
  { keyId: string; signer: ReturnType<typeof signerOf> },
];
const anchor = TrustBundle.anchored([{ keyId: 'r1', publicKey: root.signer.publicKey }]);
const key = issuerKey(signerOf('ES256', 1).publicKey);
const grant = grantFor(signerOf('ES256', 2).publicKey);
const denied: DenyEntry = { kind: 'grant', issuer: grant.issuer, value: grant.grantId };
const update = (before: TrustBundle, changes: TrustChange[], at = NOW, by = root) =>
  publishUpdate(before, changes, at, by, crypto);
const first = await update(anchor, [{ kind: 'key', key }]);
const second = await update(first.bundle, [{ kind: 'deny', entry: denied }], NOW + 60);
const told = async (bundle: TrustBundle, bytes: Uint8Array) => {
  const learned = await learn(bundle, bytes, crypto);
  return learned.ok ? learned.bundle : learned.reason;
};

test('gates come to what the publisher has, step by step or at once', async () => {
  const step = await told(anchor, first.bytes);
  expect(step).toEqual(first.bundle);
  expect(await told(first.bundle, second.bytes)).toEqual(second.bundle);
  const whole = await publishWhole(second.bundle, NOW + 90, root, crypto);
  expect(await told(anchor, whole.bytes)).toMatchObject({
    version: 2,
    digest: second.bundle.digest,
  });
  expect(second.bundle.keyOf('harbour-wallet', 'k1')).toEqual(key);
  expect(second.bundle.hasIssuer('harbour-wallet')).toBe(true);
});

test('what is older, out of turn, altered or signed by others is not believed', async () => {
  expect(await told(second.bundle, first.bytes)).toBe('NOT_NEWER');
  expect(await told(anchor, second.bytes)).toBe('GAP');
  expect(await told(first.bundle, second.bytes.with(-1, 0))).toBe('NOT_BY_A_ROOT');
  expect(await told(first.bundle, new Uint8Array(9))).toBe('MALFORMED');
  const foreign = await update(first.bundle, [], NOW, other);
  expect(await told(first.bundle, foreign.bytes)).toBe('NOT_BY_A_ROOT');
  const elsewhere = await update(anchor, [{ kind: 'key', key: { ...key, isRevoked: true } }]);
  const onThat = await update(elsewhere.bundle, []);
  expect(await told(first.bundle, onThat.bytes)).toBe('OTHER_CONTENT');
  const rootless = await update(first.bundle, [{ kind: 'drop-root', keyId: 'r1' }]);
  expect(await told(first.bundle, rootless.bytes)).toBe('OTHER_CONTENT');
});

test('a proof says that nothing is newer, and never goes back', async () => {
  const proof = await publishProof(first.bundle, NOW + 500, root);
  expect(await told(first.bundle, proof)).toMatchObject({ version: 1, provenAt: NOW + 500 });
  expect(await told(second.bundle, proof)).toBe('NOT_NEWER');
  expect(await told(anchor, proof)).toBe('GAP');
  const earlier = await publishProof(first.bundle, NOW - 1, root);
  expect(await told(first.bundle, earlier)).toBe('NOT_NEWER');
});

test('one root hands over to another', async () => {
  const added = await update(first.bundle, [
    { kind: 'root', root: { keyId: 'r2', publicKey: other.signer.publicKey } },
  ]);
  const dropped = await update(added.bundle, [{ kind: 'drop-root', keyId: 'r1' }], NOW, other);
  const bundle = await told(added.bundle, dropped.bytes);
  expect(bundle).toEqual(dropped.bundle);
  const late = await update(dropped.bundle, [], NOW, root);
  expect(await told(dropped.bundle, late.bytes)).toBe('NOT_BY_A_ROOT');
});

describe('the deny list', () => {
  const utf8 = new TextEncoder();
  const entries: DenyEntry[] = [
    denied,
    { kind: 'key', issuer: grant.issuer, value: grant.userKey.bytes },
    { kind: 'subject', issuer: grant.issuer, value: utf8.encode(grant.subject) },
    { kind: 'issuer', issuer: grant.issuer, value: new Uint8Array(0) },
  ];

  test.each(entries)('refuses by $kind, until it is allowed again', async (entry) => {
    const { bundle } = await update(first.bundle, [{ kind: 'deny', entry }]);
    expect(bundle.isDenied(grant)).toBe(true);
    expect(bundle.isDenied({ ...grant, issuer: 'peak-wallet' })).toBe(false);
    const after = await update(bundle, [{ kind: 'allow', entry }]);
    expect(after.bundle.isDenied(grant)).toBe(false);
  });

  test('may be long', async () => {
    const changes = Array.from({ length: 5000 }, (_, index): TrustChange => {
      const value = new Uint8Array(16);
      new DataView(value.buffer).setUint32(0, index);
      return { kind: 'deny', entry: { ...denied, value } };
    });
    const long = await update(first.bundle, changes);
    const bundle = await told(first.bundle, long.bytes);
    expect(bundle).toMatchObject({ version: 2, digest: long.bundle.digest });
  });
});

test('ceilings are set and taken away', async () => {
  const ceiling = {
    issuer: 'harbour-wallet',
    currencyCode: 'HKD',
    singleMinor: 1n,
    totalMinor: 2n,
  };
  const lower = await update(first.bundle, [{ kind: 'ceiling', ceiling }]);
  expect(await told(first.bundle, lower.bytes)).toEqual(lower.bundle);
  expect(lower.bundle.ceiling('harbour-wallet', 'HKD')).toEqual(ceiling);
  const { issuer, currencyCode } = ceiling;
  const gone = await update(lower.bundle, [{ kind: 'drop-ceiling', issuer, currencyCode }]);
  expect(await told(lower.bundle, gone.bytes)).toEqual(gone.bundle);
  expect(gone.bundle.ceiling('harbour-wallet', 'HKD')).toBeUndefined();
});
