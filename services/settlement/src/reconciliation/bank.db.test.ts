import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Commands } from '../commands/commands.ts';
import { inPieces, oursOf } from './day.fixture.ts';
import { receive } from './load/receive.ts';
import { runNext } from './match/run.ts';
import type { OurMovement } from './ours.ts';

const { db } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const commands = new Commands(db, runtime.clock);

/** What one of our windows moves. */
const moved = (n: number, signedMinor: bigint, valueDate = '2026-11-18'): OurMovement => ({
  reference: `CW-${String(n).padStart(32, '0')}`,
  ...{ signedMinor, currencyCode: 'HKD', valueDate, told: `window ${n}` },
});

interface Entry {
  direction?: string;
  currency?: string;
  /** In major units. */
  amount: string;
  value?: string;
  booked?: string;
  status?: string;
  reversal?: string;
  endToEnd?: string;
  text?: string;
}

/** A statement of some days; its balances are made to fit, unless an entry is in another currency. */
function statement(from: string, to: string, entries: readonly Entry[]): string {
  const cents = (text: string) => BigInt(text.replace('.', ''));
  const closing = entries.reduce((sum, { direction = 'debit', amount, status }) => {
    if (status === 'pending') return sum;
    return direction === 'credit' ? sum + cents(amount) : sum - cents(amount);
  }, 10_000_000n);
  const major = (minor: bigint) => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
  const line = (record: string, e: Entry, at: number) =>
    [
      ...[String(at + 1), record, 'S', 'NOSTRO', e.direction ?? 'debit', e.currency ?? 'HKD'],
      ...[e.amount, e.booked ?? from, e.value ?? '', e.status ?? '', e.reversal ?? ''],
      ...[`B-${at}`, e.endToEnd ?? '', e.text ?? ''],
    ].join(',');
  return [
    'line,record,statement_id,account,direction,currency_code,amount,booking_date,value_date,status,reversal,entry_reference,end_to_end_id,reference',
    line('opening', { direction: 'credit', amount: '100000.00' }, 0),
    ...entries.map((entry, index) => line('entry', entry, index + 1)),
    line(
      'closing',
      { direction: 'credit', amount: major(closing), booked: to },
      entries.length + 1,
    ),
    '',
  ].join('\n');
}

async function reconciled(file: string, movements: readonly OurMovement[]) {
  const { reconciliationId } = await receive(
    { db, runtime, commands },
    { announced: { kind: 'bank', format: 'csv' }, fileName: 's.csv', uploadedBy: 'ops' },
    inPieces(file),
    () => {},
  );
  await runNext({ db, runtime, ours: oursOf([], movements) }, reconciliationId);
  return { reconciliationId, open: await breaks(reconciliationId) };
}

async function breaks(reconciliationId: string): Promise<string[]> {
  const rows = await db.query<{ kind: string; ours: string; theirs: string }>(
    `SELECT kind, ours, theirs FROM reconciliation_breaks
      WHERE reconciliation_id = $1 AND state = 'open' ORDER BY kind, break_key`,
    [reconciliationId],
  );
  return rows.map(({ kind, ours, theirs }) => `${kind}: ${ours} / ${theirs}`);
}

const ref = (n: number) => moved(n, 1n).reference;

test('a statement that has what we moved has no breaks, however it refers to it', async () => {
  const movements = [moved(1, -500_00n), moved(2, 300_00n), moved(3, -77_77n)];
  const { open } = await reconciled(
    statement('2026-11-18', '2026-11-18', [
      { amount: '500.00', endToEnd: ref(1) },
      { amount: '300.00', direction: 'credit', text: `net settlement ${ref(2)} thanks` },
      { amount: '77.77', endToEnd: 'NOTPROVIDED', text: 'payout' },
    ]),
    movements,
  );
  expect(open).toEqual([]);
  const matches = await db.query<{ rule: string }>(
    'SELECT rule FROM reconciliation_matches ORDER BY line_no',
    [],
  );
  expect(matches.map(({ rule }) => rule)).toEqual(['named', 'referred', 'alike']);
});

test('every way in which a bank can differ is found once', async () => {
  const on = '2026-12-02';
  const movements = Array.from({ length: 9 }, (_, n) =>
    moved(100 + n, -BigInt(1_000_00 + n * 101), on),
  );
  const exact = (n: number): Entry => ({
    amount: `${1_000 + n}.${String(n).padStart(2, '0')}`,
    endToEnd: ref(100 + n),
  });
  const { open } = await reconciled(
    statement(on, '2026-12-03', [
      exact(0),
      { ...exact(1), amount: '1.00' },
      { ...exact(2), currency: 'USD' },
      exact(3),
      exact(3),
      { ...exact(4), value: '2026-12-03' },
      { ...exact(5), status: 'pending' },
      exact(6),
      { ...exact(6), direction: 'credit', reversal: 'true' },
      { amount: '9.99', text: 'account keeping' },
      // Of 7 and 8 nothing is said.
    ]),
    movements,
  );
  expect(open).toEqual([
    'amount: -100101 / -100',
    'currency: HKD / USD',
    'duplicate: once / time 2',
    'late_for_cut_off: 2026-12-02 / 2026-12-03',
    'missing_at_bank: -100707 / nothing',
    'missing_at_bank: -100808 / nothing',
    'missing_at_ours: nothing / -999',
    'status_conflict: moved / pending',
    'status_conflict: moved / taken back',
  ]);
});

test('what a later statement has was only late', async () => {
  const movements = [moved(200, -10_00n, '2026-12-09')];
  const first = await reconciled(statement('2026-12-09', '2026-12-09', []), movements);
  expect(first.open).toEqual(['missing_at_bank: -1000 / nothing']);
  const entry = { amount: '10.00', endToEnd: ref(200), value: '2026-12-10', booked: '2026-12-10' };
  const second = await reconciled(statement('2026-12-10', '2026-12-10', [entry]), movements);
  expect(second.open).toEqual(['late_for_cut_off: 2026-12-09 / 2026-12-10']);
  expect(await breaks(first.reconciliationId)).toEqual([]);
});
