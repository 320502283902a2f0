import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkItemsFile, downloadDay, eachLine, type SavedDay } from '@causeway/callers';
import { type ItemLine, readCertificate, readItem } from '@causeway/clearing';
import { ParticipantKind, type Payment } from '@causeway/proto/common';
import {
  type Break,
  BreakKind,
  BreakState,
  ClearingFileKind,
  FileFormat,
  type Reconciliation,
  type UploadFileRequest,
  WindowState,
} from '@causeway/proto/settlement';
import { FLAWS, partnerFileOf } from '@causeway/sandbox/bank/partner-file';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { minor, openPayer, openShop, openWorld, pay, type Shop, until } from './support/index.ts';

/** A day of one acquirer: its files as it downloads them, and its own file held against our books. */
const world = openWorld({ timeoutMs: 20_000 });
const folder = mkdtempSync(join(tmpdir(), 'causeway-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let shop: Shop;
let cancelled: Payment;
let clearedOn = '';
const paths: { kind: ClearingFileKind; path: string }[] = [];
let itemsPath = '';
const items: ItemLine[] = [];

beforeAll(async () => {
  const [opened, payer] = await Promise.all([openShop(world), openPayer(world)]);
  shop = opened;
  // One item for each flaw, and one that is as it should be.
  for (let n = 0; n <= FLAWS.length; n += 1) await pay(world, payer, shop, 100n + BigInt(n));
  cancelled = await pay(world, payer, shop, 999n);
  const { paymentRequestId } = cancelled;
  await shop.partner.payments.cancelPayment({ paymentRequestId });
});

const acquirer = () => ({
  participantKind: ParticipantKind.ACQUIRER,
  participantId: shop.partner.id,
});

test('the acquirer downloads its day, and recomputes every line of it', async () => {
  const { windows } = world.ops;
  const asked = { participant: acquirer(), state: WindowState.OPEN, pageSize: 1, pageToken: '' };
  const open = await until(
    () => windows.listWindows(asked),
    (found) => found.windows.length > 0,
  );
  const clearingDate = open.windows[0]?.clearingDate ?? '';
  const named = { participant: acquirer(), clearingDate };
  await windows.closeWindow(named);
  const { window } = await until(
    () => windows.getWindow(named),
    (found) => found.window?.finalTime !== undefined,
  );
  const { clearingFiles } = shop.partner;
  const { files } = await clearingFiles.listClearingFiles({ participant: undefined, clearingDate });
  const [first, ...others] = files;
  if (!first) throw new Error('the day has no files');
  paths.push(...files.map(({ kind, name }) => ({ kind, path: join(folder, name) })));
  const day: SavedDay = await downloadDay(clearingFiles, [first, ...others], folder);
  clearedOn = clearingDate;
  const certificate = readCertificate(readFileSync(day.certificatePath, 'utf8'));
  expect(certificate).toMatchObject({ isSigned: true, participantId: shop.partner.id });
  itemsPath = pathOf(ClearingFileKind.ITEMS_CSV);
  const { file, wrong } = await checkItemsFile(itemsPath, certificate);
  expect({ wrong, problems: file.problems }).toEqual({ wrong: [], problems: [] });
  expect(file.itemCount).toBe(BigInt(FLAWS.length + 1));
  expect(file.capturedMinor).toBe(minor(window?.sums[0]?.captured));
  let isHeader = true;
  await eachLine(itemsPath, (line) => {
    if (!isHeader) items.push(readItem(Buffer.from(line).toString()));
    isHeader = false;
  });
  expect(items.map(({ paymentId }) => paymentId)).not.toContain(cancelled.paymentId);
});

function pathOf(kind: ClearingFileKind): string {
  return paths.find((file) => file.kind === kind)?.path ?? '';
}

const SCHEMAS = resolve('../shared/data/iso20022');

test.skipIf(!existsSync(SCHEMAS))(
  'each of its messages is valid by its schema (skipped where the schemas are absent)',
  { timeout: 120_000 },
  async () => {
    const messages = paths.filter(({ path }) => path.endsWith('.xml'));
    expect(messages.length).toBeGreaterThanOrEqual(4);
    for (const { path } of messages) {
      const message = /_([a-z]+\.\d+\.\d+\.\d+)\.xml$/.exec(path)?.[1] ?? '';
      const { errors } = await validateXML({
        xml: [{ fileName: 'message.xml', contents: readFileSync(path, 'utf8') }],
        schema: [readFileSync(join(SCHEMAS, `${message}.xsd`), 'utf8')],
      });
      expect(errors.map((error) => `${message}: ${error.message}`)).toEqual([]);
    }
  },
);

/** The acquirer's own file, with these flaws, uploaded by itself. */
async function upload(flaws: readonly (typeof FLAWS)[number][]): Promise<Reconciliation> {
  const derived = { clearingDate: clearedOn, flaws, cancelledPaymentId: cancelled.paymentId };
  const requests = async function* (): AsyncGenerator<UploadFileRequest> {
    const value = { participant: undefined, clearingDate: clearedOn };
    const about = { $case: 'partnerDay' as const, value };
    const header = { about, format: FileFormat.CSV, fileName: 'own.csv' };
    yield { part: { $case: 'header', value: header } };
    for await (const line of partnerFileOf(listed(), derived)) {
      yield { part: { $case: 'piece', value: Buffer.from(line) } };
    }
  };
  for await (const { state } of shop.partner.reconciliations.uploadFile(requests())) {
    if (state?.$case === 'result' && state.value.reconciliation) return state.value.reconciliation;
  }
  throw new Error('the upload ended without a result');
}

async function* listed(): AsyncGenerator<ItemLine> {
  yield* items;
}

async function openBreaks({ reconciliationId }: Reconciliation): Promise<Break[]> {
  const { breaks } = await world.ops.reconciliations.listBreaks({
    ...{ reconciliationId, state: BreakState.OPEN, kind: BreakKind.UNSPECIFIED },
    ...{ assignee: '', pageSize: 100, pageToken: '' },
  });
  return breaks;
}

test('each flaw of its own file is found as what it is, and a good file heals the rest', async () => {
  const found = await openBreaks(await upload(FLAWS));
  const kinds = found.map(({ kind }) => BreakKind[kind]?.toLowerCase().replaceAll('_', '-'));
  expect(kinds.toSorted()).toEqual([...FLAWS].sort());
  const fee = found.find(({ kind }) => kind === BreakKind.FEE);
  const { breakId = '' } = fee ?? {};
  const resolved = {
    ...{ commandId: world.runtime.random.uuid(), breakId, reason: 'they are right about the fee' },
    adjustment: { currencyCode: 'JPY', amountMinor: 1n },
  };
  await world.ops.reconciliations.resolveBreak(resolved);
  await world.ops.reconciliations.resolveBreak(resolved);
  const after = await openBreaks(await upload([]));
  expect(after.map(({ kind }) => BreakKind[kind])).toEqual([]);
});
