import { isDatabaseAway } from '@causeway/db';
import { ParticipantKind } from '@causeway/proto/common';
import {
  BreakKind,
  BreakState,
  FileFormat,
  ReconciliationServiceService,
  type UploadFileRequest,
  type UploadHeader,
  type UploadResult,
} from '@causeway/proto/settlement';
import { type Client, connect, readTls, serve } from '@causeway/rpc';
import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountSums } from '../accounts/store.ts';
import { problemsOf } from '../booking/audit.fixture.ts';
import { Commands } from '../commands/commands.ts';
import { lastCommandSeq } from '../commands/store.ts';
import { REASONS } from '../errors.ts';
import { waitingCharges } from '../postings/store.ts';
import { bookDay, DAY, fileOf, inPieces, lineOf, oursOf, payment, SAKURA } from './day.fixture.ts';
import { reconciliationService } from './rpc.ts';
import { Matcher } from './worker.ts';

const [{ db }, tlsOf] = await Promise.all([
  testDatabase(migrations),
  testCertificates([
    { kind: 'service', id: 'settlement' },
    { kind: 'operator', id: 'ops' },
    { kind: 'partner', id: 'sakura' },
    { kind: 'partner', id: 'siam' },
  ]),
]);
const runtime = quietRuntime('settlement');
const commands = new Commands(db, runtime.clock);
const items = [payment(1), payment(2), payment(3)];
const ours = oursOf(items);
const matcher = new Matcher({ db, runtime, ours });
const server = await serve({
  ...{ runtime, host: '127.0.0.1', port: 0, tls: readTls(tlsOf('settlement')) },
  services: [reconciliationService({ db, commands, runtime, ours, matcher })],
  ...{ reasons: REASONS, isAway: isDatabaseAway },
});
type Service = Client<typeof ReconciliationServiceService>;
const [ops, sakura, siam] = ['ops', 'sakura', 'siam'].map((id) =>
  connect(ReconciliationServiceService, {
    ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary', defaultDeadlineMs: 10_000 },
    address: `127.0.0.1:${server.port}`,
  }),
) as [Service, Service, Service];

afterAll(async () => {
  for (const client of [ops, sakura, siam]) client.close();
  await server.drain();
  await matcher.stop();
});

const OWN_DAY: UploadHeader = {
  about: { $case: 'partnerDay', value: { participant: undefined, clearingDate: DAY } },
  ...{ format: FileFormat.CSV, fileName: 'day.csv' },
};

async function upload(client: Service, header: UploadHeader, file: string): Promise<UploadResult> {
  async function* requests(): AsyncGenerator<UploadFileRequest> {
    yield { part: { $case: 'header', value: header } };
    for await (const value of inPieces(file, 200)) yield { part: { $case: 'piece', value } };
  }
  let result: UploadResult | undefined;
  for await (const { state } of client.uploadFile(requests())) {
    if (state?.$case === 'result') result = state.value;
  }
  if (result === undefined) throw new Error('the upload had no end');
  return result;
}

const id = (name: string) => uuidFrom('test', name);
const FILTER = {
  ...{ reconciliationId: '', state: BreakState.OPEN, kind: BreakKind.UNSPECIFIED },
  ...{ assignee: '', pageSize: 0, pageToken: '' },
};

test('a partner uploads its day, an operator works on what differs, and the books hold', async () => {
  await bookDay(db, items);
  const [first, second] = items.map((item) => lineOf(item));
  const file = fileOf([
    { ...first, amount_minor: '999' },
    { ...second, fee_minor: '7' },
  ]);
  const { reconciliation, known } = await upload(sakura, OWN_DAY, file);
  expect(known).toBe(false);
  expect(reconciliation).toMatchObject({
    running: false,
    about: {
      value: {
        participant: { participantKind: ParticipantKind.ACQUIRER, participantId: 'sakura' },
      },
    },
    file: { fileName: 'day.csv', uploadedBy: 'partner/sakura', lineCount: 2n },
    lastRun: { ourCount: 3n, theirCount: 2n, matchedCount: 2n, openedCount: 3n, openCount: 3n },
  });
  expect((await upload(ops, { ...OWN_DAY, about: asked('sakura') }, file)).known).toBe(true);

  const { breaks } = await sakura.listBreaks(FILTER);
  expect(breaks.map(({ kind, ours: said, theirs }) => [BreakKind[kind], said, theirs])).toEqual(
    expect.arrayContaining([
      ['AMOUNT', '1001', '999'],
      ['FEE', '6', '7'],
      ['MISSING_AT_THEIRS', 'succeeded', 'nothing'],
    ]),
  );
  const amount = breaks.find(({ kind }) => kind === BreakKind.AMOUNT);
  expect(amount).toMatchObject({
    ...{ stake: { currencyCode: 'JPY', amountMinor: 2n }, ageDays: 0 },
    matchExplanation: 'the line names our id',
  });
  const breakId = amount?.breakId ?? '';
  const assigned = { commandId: id('assign'), breakId, assignee: 'ada' };
  expect((await ops.assignBreak(assigned)).break?.assignee).toBe('ada');
  await ops.assignBreak(assigned);
  await ops.commentBreak({ commandId: id('comment'), breakId, text: 'they are right' });
  const resolved = {
    ...{ commandId: id('resolve'), breakId, reason: 'their till rounded down' },
    adjustment: { currencyCode: 'JPY', amountMinor: -2n },
  };
  expect((await ops.resolveBreak(resolved)).break?.state).toBe(BreakState.RESOLVED);
  // The same command again changes nothing, another finds it closed.
  await ops.resolveBreak(resolved);
  const again = ops.resolveBreak({ ...resolved, commandId: id('again') });
  await expect(again).rejects.toMatchObject({ reason: 'BREAK_CLOSED' });
  const other = ops.resolveBreak({ ...resolved, reason: 'another' });
  await expect(other).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });

  const { actions } = await ops.getBreak({ breakId });
  expect(actions.map(({ kind, operatorId }) => [kind, operatorId])).toEqual([
    ['assign', 'ops'],
    ['comment', 'ops'],
    ['resolve', 'ops'],
  ]);
  const sums = await accountSums(db);
  const net = (code: string) =>
    sums
      .filter((sum) => sum.code === code && sum.currencyCode === 'JPY')
      .reduce((all, { debitsMinor, creditsMinor }) => all + creditsMinor - debitsMinor, 0n);
  expect([net('adjustments'), net('acquirer_payable')]).toEqual([2n, 3_006n - 2n]);
  expect(await waitingCharges(db, SAKURA, await lastCommandSeq(db))).toMatchObject([
    { kind: 'adjustment', amountMinor: -2n, reference: `break ${breakId}` },
  ]);

  // Another run finds it again and leaves it closed.
  const { reconciliationId = '' } = reconciliation ?? {};
  await ops.runReconciliation({ reconciliationId });
  await expect
    .poll(async () => (await ops.getReconciliation({ reconciliationId })).reconciliation?.running)
    .toBe(false);
  expect((await ops.listBreaks({ ...FILTER, reconciliationId })).breaks).toHaveLength(2);
  const { lines } = await ops.getBreakReport({ reconciliationId: '' });
  expect(lines.map(({ kind, state, breakCount }) => [kind, state, breakCount])).toEqual([
    [BreakKind.AMOUNT, BreakState.RESOLVED, 1n],
    [BreakKind.FEE, BreakState.OPEN, 1n],
    [BreakKind.MISSING_AT_THEIRS, BreakState.OPEN, 1n],
  ]);
  const perCurrency = new Map<string, bigint>();
  for (const { currencyCode, debitsMinor, creditsMinor } of sums) {
    const before = perCurrency.get(currencyCode) ?? 0n;
    perCurrency.set(currencyCode, before + debitsMinor - creditsMinor);
  }
  expect([...perCurrency.values()].filter((sum) => sum !== 0n)).toEqual([]);
});

const asked = (participantId: string): UploadHeader['about'] => ({
  $case: 'partnerDay',
  value: {
    participant: { participantKind: ParticipantKind.ACQUIRER, participantId },
    clearingDate: DAY,
  },
});

test('lists are paged, and nobody sees or sends what is about others', async () => {
  const first = await ops.listBreaks({ ...FILTER, pageSize: 1 });
  const { nextPageToken: pageToken } = first;
  const second = await ops.listBreaks({ ...FILTER, pageSize: 1, pageToken });
  expect(second.breaks).toHaveLength(1);
  expect(second.nextPageToken).toBe('');
  expect(second.breaks[0]?.breakId).not.toBe(first.breaks[0]?.breakId);
  await expect(ops.listBreaks({ ...FILTER, pageToken: 'x' })).rejects.toMatchObject({
    reason: 'PAGE_TOKEN_INVALID',
  });
  expect((await siam.listBreaks(FILTER)).breaks).toEqual([]);
  expect((await siam.getBreakReport({ reconciliationId: '' })).lines).toEqual([]);
  const { reconciliations } = await sakura.listReconciliations({ pageSize: 0, pageToken: '' });
  const { reconciliationId = '' } = reconciliations[0] ?? {};
  await expect(siam.getReconciliation({ reconciliationId })).rejects.toMatchObject({
    reason: 'RECONCILIATION_UNKNOWN',
  });
  await expect(upload(siam, { ...OWN_DAY, about: asked('sakura') }, '')).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
  });
  const bank: UploadHeader['about'] = { $case: 'bankStatement', value: {} };
  await expect(upload(siam, { ...OWN_DAY, about: bank }, '')).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
  });
  await expect(siam.runReconciliation({ reconciliationId })).rejects.toMatchObject({
    reason: 'CALLER_NOT_ALLOWED',
  });
  await expect(upload(siam, OWN_DAY, 'line\n\n')).rejects.toMatchObject({
    reason: 'FILE_REFUSED',
    metadata: { line: '1', column: '5' },
  });
});

test('the entries of payments are as they were booked', async () => {
  const problems = await problemsOf(db);
  expect(problems.filter((problem) => !/adjustments|acquirer_payable/.test(problem))).toEqual([]);
});
