import { hash } from 'node:crypto';
import { readCertificate, signingKey } from '@causeway/clearing';
import { isDatabaseAway } from '@causeway/db';
import { ParticipantKind } from '@causeway/proto/common';
import { type ClearingFile, ClearingFileServiceService } from '@causeway/proto/settlement';
import { type Client, connect, readTls, serve } from '@causeway/rpc';
import { armFailpoints, quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import type { SigningKeys } from '../certificate/signing-keys.ts';
import { REASONS } from '../errors.ts';
import type { Item } from '../windows/item.ts';
import { CHUNK_BYTES } from './chunks.ts';
import { capture, DAY, refund, streamed, windowOf } from './files.fixture.ts';
import { fileImplementation } from './rpc.ts';
import { dropAbandoned, publishFiles } from './store.ts';
import { writeClearingFiles } from './write-clearing-files.ts';
import type { WindowToFile } from './write-files.ts';

const [{ db }, tlsOf] = await Promise.all([
  testDatabase(migrations),
  testCertificates([
    { kind: 'service', id: 'settlement' },
    { kind: 'operator', id: 'ops' },
    { kind: 'issuer', id: 'harbour-wallet' },
    { kind: 'partner', id: 'sakura' },
    { kind: 'partner', id: 'siam' },
  ]),
]);
const runtime = quietRuntime('settlement');
const keys: SigningKeys = [
  signingKey('k2', Buffer.alloc(32, 2)),
  signingKey('k1', Buffer.alloc(32, 1)),
];
const server = await serve({
  ...{ runtime, host: '127.0.0.1', port: 0, tls: readTls(tlsOf('settlement')) },
  services: [fileImplementation(db, keys)],
  ...{ reasons: REASONS, isAway: isDatabaseAway },
});
type Files = Client<typeof ClearingFileServiceService>;
const [operator, issuer, sakura, siam] = ['ops', 'harbour-wallet', 'sakura', 'siam'].map((id) =>
  connect(ClearingFileServiceService, {
    ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary', defaultDeadlineMs: 10_000 },
    address: `127.0.0.1:${server.port}`,
  }),
) as [Files, Files, Files, Files];
afterAll(async () => {
  for (const client of [operator, issuer, sakura, siam]) client.close();
  await server.drain();
});

const SAKURA = { participantKind: ParticipantKind.ACQUIRER, participantId: 'sakura' };
const ITEMS = [...Array.from({ length: 800 }, (_, at) => capture(at)), refund(3)];

const made = (given: WindowToFile, items: readonly Item[]) =>
  writeClearingFiles({ db, runtime, signingKeys: keys }, given, streamed(items));

async function filed(given: WindowToFile, items: readonly Item[]) {
  const summary = await made(given, items);
  await db.transaction((tx) => publishFiles(tx, summary.contentId));
  return summary;
}

async function download(client: Files, name: string, offset = 0n) {
  let file: ClearingFile | undefined;
  const content: Buffer[] = [];
  for await (const { part } of client.downloadClearingFile({ name, offset })) {
    if (part?.$case === 'file') file = part.value;
    else if (part?.$case === 'content') content.push(part.value);
  }
  return { file, bytes: Buffer.concat(content) };
}

const refused = (reason: string) => expect.objectContaining({ reason });
const list = async (client: Files, participant = SAKURA, clearingDate = DAY) =>
  (await client.listClearingFiles({ participant, clearingDate })).files;

test('a set whose writer died is seen by nobody, and made again it is the same', async () => {
  const given = windowOf('acquirer', ITEMS);
  armFailpoints('settlement.files.before_complete=error@1');
  await expect(filed(given, ITEMS)).rejects.toThrow('failpoint');
  armFailpoints(undefined);
  const { contentId } = await made(given, ITEMS);
  expect(await list(sakura)).toEqual([]);
  const again = await filed(given, ITEMS);
  expect(again.contentId).toBe(contentId);
  expect(await list(sakura)).toHaveLength(9);
});

test('what was never published is dropped after a day', async () => {
  const count = async (table: string) => {
    const [row] = await db.query<{ count: bigint }>(`SELECT count(*) FROM ${table}`);
    return row?.count ?? 0n;
  };
  expect(await count('clearing_batches')).toBe(3n);
  const chunks = await count('clearing_file_chunks');
  await db.query(`UPDATE clearing_batches SET begun_at = now() - interval '2 days'
                   WHERE NOT published`);
  await dropAbandoned(db);
  expect(await count('clearing_batches')).toBe(1n);
  expect((await count('clearing_file_chunks')) * 3n).toBe(chunks);
});

test('participants list their own files, operators all of them', async () => {
  const own = (await sakura.listClearingFiles({ participant: undefined, clearingDate: '' })).files;
  expect(own).toEqual(await list(operator));
  expect(own[0]).toMatchObject({ currencyCode: 'JPY', participant: SAKURA, clearingDate: DAY });
  expect(await issuer.listClearingFiles({ participant: undefined, clearingDate: DAY })).toEqual({
    files: [],
  });
  await expect(list(siam)).rejects.toEqual(refused('CALLER_NOT_ALLOWED'));
  await expect(list(operator, SAKURA, '2026-13-01')).rejects.toEqual(refused('FIELD_INVALID'));
  const nobody = operator.listClearingFiles({ participant: undefined, clearingDate: DAY });
  await expect(nobody).rejects.toEqual(refused('FIELD_INVALID'));
});

test('a download is the file, from wherever it is taken up', async () => {
  const [notice] = (await list(sakura)).filter(({ name }) => name.includes('camt.054'));
  const { name = '', sha256, sizeBytes = 0n } = notice ?? {};
  const whole = await download(sakura, name);
  expect(whole.file).toEqual(notice);
  expect(whole.bytes.length).toBeGreaterThan(2 * CHUNK_BYTES);
  expect(hash('sha256', whole.bytes, 'hex')).toBe(sha256);
  const size = whole.bytes.length;
  for (const offset of [1, CHUNK_BYTES, CHUNK_BYTES + 7, size - 1, size]) {
    const rest = await download(sakura, name, BigInt(offset));
    expect(rest.bytes.equals(whole.bytes.subarray(offset)), `from ${offset}`).toBe(true);
  }
  await expect(download(sakura, name, sizeBytes + 1n)).rejects.toEqual(refused('OFFSET_INVALID'));
  await expect(download(sakura, name, -1n)).rejects.toEqual(refused('OFFSET_INVALID'));
  for (const [client, asked] of [
    [siam, name],
    [issuer, name],
    [sakura, `${name}x`],
  ] as const) {
    await expect(download(client, asked)).rejects.toEqual(refused('CLEARING_FILE_UNKNOWN'));
  }
});

test('the certificate is of these files, and its key is told', async () => {
  const answer = await sakura.getCertificate({ participant: undefined, clearingDate: DAY });
  const certificate = readCertificate(answer.document);
  expect([certificate.isSigned, certificate.keyId, answer.keyId]).toEqual([true, 'k2', 'k2']);
  const { keys: told } = await sakura.listSigningKeys({});
  expect(told.map(({ keyId }) => keyId)).toEqual(['k2', 'k1']);
  expect(Buffer.from(certificate.publicKey)).toEqual(told[0]?.publicKey);
  const certified = certificate.currencies.flatMap(({ files }) => files);
  const listed = await list(operator);
  expect(certified.map(({ name, sha256 }) => [name, sha256])).toEqual(
    listed.map(({ name, sha256 }) => [name, sha256]),
  );
  const never = sakura.getCertificate({ participant: undefined, clearingDate: '2026-03-12' });
  await expect(never).rejects.toEqual(refused('CLEARING_FILE_UNKNOWN'));
  const others = siam.getCertificate({ participant: SAKURA, clearingDate: DAY });
  await expect(others).rejects.toEqual(refused('CALLER_NOT_ALLOWED'));
});

test('what was published stays, whoever writes', async () => {
  for (const statement of [
    'DELETE FROM clearing_files',
    "UPDATE clearing_file_chunks SET bytes = ''",
    'DELETE FROM clearing_batches',
  ]) {
    await expect(db.query(statement), statement).rejects.toThrow('published');
  }
  const other = filed(windowOf('acquirer', ITEMS.slice(1)), ITEMS.slice(1));
  await expect(other).rejects.toThrow('clearing_batches_published');
});
