import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  certificateDocument,
  csvLines,
  differences,
  ItemsCheck,
  readCertificate,
  readRecord,
  signingKey,
  textOf,
} from '@causeway/clearing';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Side } from '../participants.ts';
import type { Item } from '../windows/item.ts';
import {
  AGREEMENT,
  capture,
  DAY,
  KeptChunks,
  refund,
  streamed,
  windowOf,
} from './files.fixture.ts';
import { FILE_KINDS, type FiledCharge } from './window-file.ts';
import { type WindowToFile, type WrittenFiles, writeFiles } from './write-files.ts';

const CHARGES: FiledCharge[] = [
  { kind: 'adjustment', currencyCode: 'JPY', amountMinor: -250n, reference: 'A-1, "late"' },
  { kind: 'dispute', currencyCode: 'JPY', amountMinor: -1_280n, reference: 'D-7' },
  { kind: 'carry', currencyCode: 'JPY', amountMinor: 90n, reference: '2026-03-12' },
];
const THB = { payee: { currencyCode: 'THB', amountMinor: 12_345n } };
/** A merchant in Bangkok whose acquirer is settled in yen. */
const ELSEWHERE = capture(50, {
  ...THB,
  settlement: { currencyCode: 'JPY', amountMinor: 580n },
  settlementRate: '4.7',
});
const ITEMS = [...Array.from({ length: 6 }, (_, at) => capture(at)), refund(2), ELSEWHERE];
const BAHT = [capture(60, THB)];

async function written(given: WindowToFile, items: readonly Item[]) {
  const kept = new KeptChunks();
  const result = await writeFiles(kept.target, given, streamed(items));
  return { result, texts: await kept.texts(result) };
}

const ACQUIRER = windowOf('acquirer', [...ITEMS, ...BAHT], CHARGES, {
  ...{ reserveMinor: 500n, releaseDate: '2026-06-11', releasedMinor: 20n },
});
const ofAcquirer = await written(ACQUIRER, [...ITEMS, ...BAHT]);
const ofIssuer = await written(windowOf('issuer', ITEMS), ITEMS);

/** The records of a CSV file by its header. */
function table(text: string | undefined): Record<string, string>[] {
  const [header = '', ...lines] = (text ?? '').split('\r\n').slice(0, -1);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = readRecord(line);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

test('a window has every kind of file in each currency, with a name of its own', () => {
  const { files } = ofAcquirer.result;
  expect(files.map(({ currencyCode, kind }) => `${currencyCode} ${kind}`)).toEqual(
    ['JPY', 'THB'].flatMap((currency) => FILE_KINDS.map((kind) => `${currency} ${kind}`)),
  );
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  expect(files[0]?.name).toBe('acquirer_sakura_2026-03-13_JPY_items.csv');
});

async function check(kind: Side, result: WrittenFiles, currency: string, text: string) {
  const document = certificateDocument(result.certificate, signingKey('k1', Buffer.alloc(32, 1)));
  const certified = readCertificate(document).currencies.find(
    ({ currencyCode }) => currencyCode === currency,
  );
  const items = certified?.files.find((file) => file.kind === 'items.csv');
  if (certified === undefined || items === undefined) throw new Error('not certified');
  const lines = new ItemsCheck({ participantKind: kind, clearingDate: DAY });
  async function* chunks() {
    yield Buffer.from(text);
  }
  for await (const line of csvLines(chunks())) lines.take(line);
  const { sizeBytes, sha256 } = items;
  const recomputed = lines.finish();
  return [...recomputed.problems, ...differences({ ...recomputed, sizeBytes, sha256 }, certified)];
}

test('whoever reads the items comes to what is certified, on both sides', async () => {
  const acquirer = ofAcquirer.texts.get('JPY items.csv') ?? '';
  expect(await check('acquirer', ofAcquirer.result, 'JPY', acquirer)).toEqual([]);
  const issuer = ofIssuer.texts.get('HKD items.csv') ?? '';
  expect(await check('issuer', ofIssuer.result, 'HKD', issuer)).toEqual([]);
  expect(table(acquirer)).toHaveLength(8);
  expect(table(issuer).every((line) => line.counterparty_id === 'sakura')).toBe(true);
  expect(table(issuer).every((line) => line.settlement_rate === '')).toBe(true);
  const [formula] = table(acquirer).filter(({ kind }) => kind === 'refund');
  expect(formula?.request_id).toMatch(/^'=/);
  expect(textOf(formula?.request_id ?? '')).toBe('=HYPERLINK("http://x","order 2")');
});

test('the lines above the net sum to it, and the fees to the fees', () => {
  const lines = table(ofAcquirer.texts.get('JPY summary.csv'));
  const [net, due, ...parts] = lines.toReversed().toSorted((a, b) => {
    const rank = ({ component = '' }) => ['net', 'due'].indexOf(component) >>> 0;
    return rank(a) - rank(b);
  });
  const minor = (line: Record<string, string> | undefined) => BigInt(line?.amount_minor ?? '');
  expect(parts).toHaveLength(8);
  expect(parts.reduce((sum, part) => sum + minor(part), 0n)).toBe(minor(net));
  expect([net?.component, minor(due)]).toEqual(['net', minor(net)]);
  const fees = table(ofAcquirer.texts.get('JPY fees.csv'));
  const charged = fees.reduce((sum, line) => sum + BigInt(line.fee_minor ?? ''), 0n);
  const [feesLine] = lines.filter(({ component }) => component === 'fees');
  expect(-charged).toBe(minor(feesLine));
  expect(fees[0]).toMatchObject({ tier: '2', bps: '100', fixed_minor: '4', max_minor: '5000' });
});

test('settlement names the movement, its date, its reference and its account', () => {
  const [line, ...others] = table(ofAcquirer.texts.get('JPY settlement.csv'));
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    participant_id: 'sakura',
    reserve_held_minor: '500',
    reserve_release_date: '2026-06-11',
    value_date: '2026-03-16',
    paid_by: 'switch',
    payment_minor: line?.net_minor,
    account: '0012345678',
    account_bic: 'BOTKJPJT',
  });
  const reference = line?.payment_reference ?? '';
  expect(reference).toMatch(/^CW-[0-9a-f]{32}$/);
  for (const kind of ['pacs.009', 'pain.001']) {
    expect(ofAcquirer.texts.get(`JPY ${kind}`)).toContain(`<EndToEndId>${reference}</EndToEndId>`);
  }
  const [owed] = table(ofIssuer.texts.get('HKD settlement.csv'));
  expect(owed).toMatchObject({ paid_by: 'participant', account: '' });
  expect(ofIssuer.texts.has('HKD pain.001')).toBe(false);
});

test('gross, captures go one way and what is taken off them the other', async () => {
  const gross = { ...ACQUIRER, agreement: { ...AGREEMENT, method: 'gross' as const } };
  const { texts } = await written(gross, [...ITEMS, ...BAHT]);
  const lines = table(texts.get('JPY settlement.csv'));
  expect(lines.map((line) => line.paid_by)).toEqual(['switch', 'participant']);
  const [paid = 0n, taken = 0n] = lines.map((line) => BigInt(line.payment_minor ?? ''));
  expect(paid - taken).toBe(ACQUIRER.sums[0]?.netMinor);
  expect(texts.get('JPY pain.001')?.match(/<InstdAmt/g)).toHaveLength(1);
});

test('where nothing moves there is no order to pay, and all other files are there', async () => {
  const { result } = await written(windowOf('acquirer', ITEMS, CHARGES, { dueMinor: 0n }), ITEMS);
  expect(result.files.map(({ kind }) => kind)).toEqual(
    FILE_KINDS.filter((kind) => !['pacs.009', 'pain.001'].includes(kind)),
  );
});

test('an empty day has files, in no currency where none was agreed', async () => {
  const { result, texts } = await written(windowOf('acquirer', []), []);
  expect(result.files).toHaveLength(7);
  expect(table(texts.get('XXX items.csv'))).toEqual([]);
  expect(await check('acquirer', result, 'XXX', texts.get('XXX items.csv') ?? '')).toEqual([]);
});

test('the same window is the same files, byte by byte', async () => {
  expect(await written(ACQUIRER, [...ITEMS, ...BAHT])).toEqual(ofAcquirer);
});

test.each([
  ['an item less', ITEMS.slice(1)],
  ['an item of a currency without a sum', [...ITEMS, capture(99, THB)]],
  ['currencies out of order', [...BAHT, ...ITEMS]],
])('%s is no window', async (_what, items) => {
  const given = windowOf('acquirer', ITEMS);
  const kept = new KeptChunks();
  await expect(writeFiles(kept.target, given, streamed(items))).rejects.toThrow(/announced|no sum/);
});

const SCHEMAS = resolve('../shared/data/iso20022');

/** The validator begins a process's worth of code for each schema. */
const SLOW_MS = 60_000;

test.skipIf(!existsSync(SCHEMAS))(
  'every message is valid by its schema (skipped where the schemas are absent)',
  async () => {
    const empty = await written(windowOf('issuer', []), []);
    const odd = 'a partner with a name / of no bank, that is longer than an id';
    const given = windowOf('acquirer', ITEMS);
    const { texts: named } = await written(
      { ...given, window: { ...given.window, participant: { kind: 'acquirer', id: odd } } },
      ITEMS,
    );
    const all = [ofAcquirer.texts, ofIssuer.texts, empty.texts, named].flatMap((texts) => [
      ...texts,
    ]);
    const byNamespace = new Map<string, string[]>();
    for (const [, text] of all.filter(([name]) => !name.endsWith('.csv'))) {
      const message = /tech:xsd:([a-z]+\.[0-9.]+)"/.exec(text)?.[1] ?? '';
      byNamespace.set(message, [...(byNamespace.get(message) ?? []), text]);
    }
    expect([...byNamespace.keys()]).toHaveLength(5);
    const errorsIn = async (message: string, texts: readonly string[]) => {
      const { errors } = await validateXML({
        xml: texts.map((contents, at) => ({ fileName: `${message}-${at}.xml`, contents })),
        schema: [readFileSync(resolve(SCHEMAS, `${message}.xsd`), 'utf8')],
      });
      return errors.map(({ message: error }) => error);
    };
    for (const [message, texts] of byNamespace) expect(await errorsIn(message, texts)).toEqual([]);
    const broken = ofAcquirer.texts.get('JPY pacs.009')?.replace('<CreDtTm>', '<CreDtTm>x') ?? '';
    expect(await errorsIn('pacs.009.001.08', [broken])).not.toEqual([]);
  },
  SLOW_MS,
);

test('ids in messages are unique, and the statement adds up', () => {
  const statement = ofAcquirer.texts.get('JPY camt.053') ?? '';
  const signed = [
    ...statement.matchAll(/<(Ntry|Bal)>.*?<Amt Ccy="JPY">(\d+)<\/Amt><CdtDbtInd>(\w+)/g),
  ];
  const sumOf = (what: string) =>
    signed
      .filter(([, name]) => name === what)
      .map(([, , amount = '', side]) => (side === 'CRDT' ? BigInt(amount) : -BigInt(amount)));
  const [opening = 0n, closing = 0n] = sumOf('Bal');
  expect(sumOf('Ntry').reduce((sum, amount) => sum + amount, opening)).toBe(closing);
  expect([opening, closing]).toEqual([90n, ACQUIRER.sums[0]?.netMinor]);
  const ids = [...ofAcquirer.texts].flatMap(([, text]) =>
    [...text.matchAll(/<(?:MsgId|Id|NtryRef)>(CW-[^<]+)</g)].map(([, id]) => id ?? ''),
  );
  expect(ids.every((id) => id.length <= 35)).toBe(true);
});

test(
  'twenty thousand items are one pass and a few chunks of memory',
  async () => {
    const [count, bought, given] = [20_000, capture(1), refund(2)];
    const items = Array.from({ length: count }, (_, at): Item => {
      const paymentId = `00000000-0000-8000-8000-${String(at).padStart(12, '0')}`;
      return { ...(at % 20 === 0 ? given : bought), paymentId, subjectId: paymentId };
    });
    let underWay = 0;
    let most = 0;
    const { files } = await writeFiles(
      () => ({
        put: async (_position, bytes) => {
          underWay += bytes.length;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setImmediate(resolve));
          underWay -= bytes.length;
        },
      }),
      windowOf('acquirer', items),
      streamed(items),
    );
    const size = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);
    expect(size > 30_000_000n).toBe(true);
    expect(most).toBeLessThan(1 << 20);
  },
  SLOW_MS,
);
