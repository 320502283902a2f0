import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  certificateDocument,
  HashTree,
  ITEMS_HEADER,
  type ItemLine,
  itemRecord,
  LINE_END,
  leafHash,
  publicKeyPem,
  signingKey,
} from '@causeway/clearing';
import { uuidFrom } from '@causeway/runtime';
import { afterAll, expect, test } from 'vitest';
import { Cli } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { checkProof, prove, verify } from './certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-certificate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const cli = new Cli({});
const KEY = signingKey('k1', Buffer.alloc(32, 3));

const idOf = (index: number) => uuidFrom('payment', String(index));
const amount = (currencyCode: string, index: number) => {
  return { currencyCode, amountMinor: BigInt(100 + index) };
};

function capture(index: number, currencyCode = 'HKD'): ItemLine {
  const money = amount(currencyCode, index);
  return {
    ...{ kind: 'capture', paymentId: idOf(index), refundId: '', requestId: `r${index}` },
    ...{ merchantId: '', counterpartyId: 'harbour-wallet', occurredAt: '2026-03-13T00:00:00.000Z' },
    ...{ acquirerClearingDate: '2026-03-13', issuerClearingDate: '2026-03-13' },
    ...{ payer: money, payee: money, settled: money, settlementRate: '' },
    ...{ midMinor: 0n, markupMinor: 0n, residualMinor: 0n, quoteId: '', rate: '', midRate: '' },
    ...{ feeMinor: 1n, feeBpsPartMinor: 1n, feeFixedPartMinor: 0n },
  };
}

function fileOf(items: readonly ItemLine[]) {
  const tree = new HashTree();
  const records = items.map(itemRecord);
  for (const record of records) tree.append(leafHash(record));
  const text = ITEMS_HEADER + records.map((record) => record + LINE_END).join('');
  const sha256 = hash('sha256', text, 'hex');
  return { text, sha256, treeRoot: tree.finish().root.toString('hex') };
}

function certified(currencyCode: string, items: readonly ItemLine[]) {
  const { text, sha256, treeRoot } = fileOf(items);
  const count = BigInt(items.length);
  const capturedMinor = items.reduce((sum, { settled }) => sum + settled.amountMinor, 0n);
  const none = { adjustmentsMinor: 0n, disputesMinor: 0n, carriedMinor: 0n, refundedMinor: 0n };
  const net = { netMinor: capturedMinor - count, dueMinor: capturedMinor - count };
  return {
    ...{ ...none, ...net, currencyCode, treeRoot, capturedMinor },
    ...{ itemCount: count, refundCount: 0n, feesMinor: count, reserveMinor: 0n, releasedMinor: 0n },
    valueDate: '2026-03-16',
    files: [{ kind: 'items.csv', name: 'items', sizeBytes: BigInt(text.length), sha256 }],
  };
}

const ITEMS = [0, 1, 2, 3, 4].map((index) => capture(index));
writeFileSync(at('items.csv'), fileOf(ITEMS).text);
writeFileSync(at('empty.csv'), fileOf([]).text);
writeFileSync(at('key.pem'), publicKeyPem(KEY.publicKey));
writeFileSync(at('other.pem'), publicKeyPem(signingKey('k2', Buffer.alloc(32, 4)).publicKey));
const CERTIFICATE = certificateDocument(
  {
    ...{ participantKind: 'acquirer', participantId: 'harbour', clearingDate: '2026-03-13' },
    currencies: [certified('HKD', ITEMS), certified('JPY', [])],
  },
  KEY,
);
writeFileSync(at('certificate.json'), CERTIFICATE);
const certificate = at('certificate.json');
const key = at('key.pem');

test('an honest day is as certified, whichever currency', async () => {
  const answer = await verify(cli, { items: at('items.csv'), certificate, key });
  expect(answer).toMatchObject({
    failed: false,
    data: { ok: true, participant_id: 'harbour', currency_code: 'HKD', item_count: '5' },
  });
  const empty = await verify(cli, { items: at('empty.csv'), certificate });
  expect(empty).toMatchObject({ failed: false, data: { currency_code: 'JPY' } });
});

test('another key, file or certificate is told', async () => {
  const items = at('items.csv');
  expect(await verify(cli, { items, certificate, key: at('other.pem') })).toMatchObject({
    failed: true,
  });
  writeFileSync(at('changed.csv'), fileOf(ITEMS.slice(1)).text);
  const changed = await verify(cli, { items: at('changed.csv'), certificate, key });
  expect(changed.text).toContain('the root of the hash tree');
  writeFileSync(at('changed.json'), CERTIFICATE.replace('harbour', 'harbor'));
  expect(await verify(cli, { items, certificate: at('changed.json'), key })).toMatchObject({
    data: { ok: false, checks: [{ ok: false }, { ok: true }, { ok: true }, { ok: true }] },
  });
  writeFileSync(at('changed.json'), ` ${CERTIFICATE}`);
  expect(await verify(cli, { items, certificate: at('changed.json') })).toMatchObject({
    failed: true,
    data: { checks: [{ detail: 'it is not in canonical form' }] },
  });
  await expect(verify(cli, { items: at('none.csv'), certificate })).rejects.toThrow(UsageError);
  await expect(verify(cli, { items, certificate, key: items })).rejects.toThrow(UsageError);
});

test('one item is proven without the others', async () => {
  const [items, out] = [at('items.csv'), at('proof.json')];
  expect(await prove(cli, { items, item: idOf(3), out })).toMatchObject({ failed: false });
  expect(await checkProof(cli, { proof: out, certificate, key })).toMatchObject({
    failed: false,
    data: { currency_code: 'HKD' },
  });
  writeFileSync(at('forged.json'), readFileSync(out, 'utf8').replace('r3', 'r9'));
  const forged = await checkProof(cli, { proof: at('forged.json'), certificate, key });
  expect(forged.failed).toBe(true);
  expect(await prove(cli, { items, item: idOf(9), out })).toMatchObject({ failed: true });
});
