import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from './canonical.ts';
import { type CertifiedCurrency, certificateDocument, readCertificate } from './certificate.ts';
import { differences, ItemsCheck, type RecomputedItems } from './check-items.ts';
import { CsvProblem } from './csv.ts';
import { csvLines } from './csv-lines.ts';
import { capture, certificateOf, itemsFile, refund } from './items.fixture.ts';
import { ITEM_COLUMNS, itemRecord, readItem } from './items.ts';
import { proofDocument, provenRoot, readProof } from './proof.ts';
import { publicKeyPem, readPublicKey, signingKey } from './signing.ts';
import { HashTree, leafHash } from './tree.ts';

const KEY = signingKey('k1', Buffer.alloc(32, 7));
const ITEMS = [capture(0), capture(1), refund(1), capture(2), capture(3)];
const WINDOW = { participantKind: 'acquirer', clearingDate: '2026-03-13' } as const;

type Recomputed = RecomputedItems & { sizeBytes: bigint; sha256: string };

async function recomputed(file: Buffer): Promise<Recomputed> {
  const check = new ItemsCheck(WINDOW);
  async function* chunks() {
    yield file;
  }
  try {
    for await (const line of csvLines(chunks())) check.take(line);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    check.broken(error);
  }
  const sha256 = hash('sha256', file, 'hex');
  return { ...check.finish(), sizeBytes: BigInt(file.length), sha256 };
}

const FILE = Buffer.from(itemsFile(ITEMS));
const RECOMPUTED = await recomputed(FILE);
const CERTIFIED: CertifiedCurrency = {
  currencyCode: 'JPY',
  itemCount: 5n,
  refundCount: 1n,
  capturedMinor: 4_042n,
  refundedMinor: 100n,
  feesMinor: 47n,
  adjustmentsMinor: -5n,
  disputesMinor: 0n,
  carriedMinor: 30n,
  reserveMinor: 200n,
  releasedMinor: 80n,
  netMinor: 3_800n,
  dueMinor: 3_800n,
  valueDate: '2026-03-17',
  treeRoot: RECOMPUTED.treeRoot,
  files: [
    {
      kind: 'items.csv',
      name: 'sakura_2026-03-13_JPY_items.csv',
      sizeBytes: BigInt(FILE.length),
      sha256: RECOMPUTED.sha256,
    },
  ],
};

test('a line is read back as it was, and in no other form', () => {
  for (const item of ITEMS) expect(readItem(itemRecord(item))).toEqual(item);
  const record = itemRecord(capture(0));
  expect(() => readItem(record.replace('capture', '"capture"'))).toThrow(CsvProblem);
  expect(() => readItem(record.replace('order-0', "'order-0"))).toThrow(CsvProblem);
  expect(() => readItem(`${record},`)).toThrow(`${ITEM_COLUMNS.length + 1} cells`);
});

test('an honest file is what was certified, and an empty one too', async () => {
  expect(RECOMPUTED).toMatchObject({ problemCount: 0, currencyCode: 'JPY' });
  expect(differences(RECOMPUTED, CERTIFIED)).toEqual([]);
  const empty = await recomputed(Buffer.from(itemsFile([])));
  expect(empty).toMatchObject({ problemCount: 0, itemCount: 0n, currencyCode: undefined });
  expect((await recomputed(Buffer.alloc(0))).problems).toHaveLength(1);
});

test('any byte changed, taken away or put in is found', async () => {
  const position = fc.integer({ min: 0, max: FILE.length - 1 });
  const byte = fc.integer({ min: 0, max: 255 });
  await fc.assert(
    fc.asyncProperty(position, byte, fc.nat(2), async (at, value, how) => {
      const [before, after] = [FILE.subarray(0, at), FILE.subarray(at)];
      const changed = Buffer.concat([
        before,
        how === 1 ? Buffer.alloc(0) : Buffer.of(value),
        how === 2 ? after : after.subarray(1),
      ]);
      if (changed.equals(FILE)) return;
      expect(differences(await recomputed(changed), CERTIFIED)).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('another order, a line twice and a line less are found by the root alone', async () => {
  const [first, second, ...others] = ITEMS;
  if (first === undefined || second === undefined) throw new Error('no items');
  for (const items of [
    [second, first, ...others],
    [first, ...ITEMS],
    [second, ...others],
  ]) {
    const { treeRoot } = await recomputed(Buffer.from(itemsFile(items)));
    expect(treeRoot).not.toBe(CERTIFIED.treeRoot);
  }
});

test('a line that does not follow from its own rates is told, whoever signed it', async () => {
  const wrong = [
    capture(0, { rate: '19.2' }),
    capture(0, { markupMinor: 0n }),
    capture(0, { settled: { currencyCode: 'JPY', amountMinor: 1n } }),
    capture(0, { settlementRate: '0.5' }),
    capture(0, { feeMinor: 13n }),
    capture(0, { acquirerClearingDate: '2026-03-14' }),
    capture(0, { rate: 'x' }),
  ];
  const { problemCount, problems } = await recomputed(Buffer.from(itemsFile(wrong)));
  expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(problemCount).toBe(7);
  const settled = { currencyCode: 'HKD', amountMinor: 5_200n };
  const elsewhere = capture(0, { settled, settlementRate: '0.052' });
  expect((await recomputed(Buffer.from(itemsFile([elsewhere])))).problems).toEqual([]);
});

test('a certificate is read back, and changed nowhere unnoticed', () => {
  const text = certificateDocument(certificateOf(CERTIFIED), KEY);
  const { isSigned, keyId, publicKey, ...stated } = readCertificate(text);
  expect(stated).toEqual(certificateOf(CERTIFIED));
  expect([isSigned, keyId, publicKey]).toEqual([true, 'k1', Buffer.from(KEY.publicKey)]);
  const isIntact = (changed: string) => {
    try {
      const read = readCertificate(changed);
      return read.isSigned && read.publicKey.every((byte, at) => byte === KEY.publicKey[at]);
    } catch {
      return false;
    }
  };
  expect(isIntact(text)).toBe(true);
  for (let at = 0; at < text.length; at += 1) {
    const other = text.charAt(at) === '0' ? '1' : '0';
    expect(isIntact(text.slice(0, at) + other + text.slice(at + 1)), `at ${at}`).toBe(false);
    expect(isIntact(text.slice(0, at) + text.slice(at + 1)), `without ${at}`).toBe(false);
  }
});

test('documents have one form', () => {
  expect(canonical({ b: ['x', '"'], a: { '9': '', '10': 'é' } })).toBe(
    '{"a":{"10":"é","9":""},"b":["x","\\""]}',
  );
  expect(() => readCertificate('{"certificate":1}\n')).toThrow('object of texts');
  expect(() => readCertificate('[')).toThrow('not JSON');
});

test('keys are those of RFC 8032, and go through PEM', () => {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const key = signingKey('test', Buffer.from(seed, 'hex'));
  expect(Buffer.from(key.publicKey).toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  expect(readPublicKey(publicKeyPem(key.publicKey))).toEqual(Buffer.from(key.publicKey));
  expect(readPublicKey('nothing')).toBeUndefined();
  expect(() => signingKey('short', Buffer.alloc(31))).toThrow('32 bytes');
});

test('one item is proven to be in it', () => {
  const tree = new HashTree();
  for (const [at, item] of ITEMS.entries()) tree.append(leafHash(itemRecord(item)), at === 2);
  const { path, size } = tree.finish();
  const line = itemRecord(refund(1));
  const proof = {
    ...{ line, leafIndex: 2, treeSize: size, path: path.map((hash) => hash.toString('hex')) },
  };
  const read = readProof(proofDocument(proof));
  expect(read).toEqual(proof);
  expect(provenRoot(proof)).toBe(CERTIFIED.treeRoot);
  expect(provenRoot({ ...proof, line: `${line} ` })).not.toBe(CERTIFIED.treeRoot);
  expect(provenRoot({ ...proof, leafIndex: 1 })).not.toBe(CERTIFIED.treeRoot);
  for (const text of ['', 'null', '{}', proofDocument({ ...proof, path: ['zz'] })]) {
    expect(readProof(text)).toBeUndefined();
  }
});
