import { uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Commands } from '../commands/commands.ts';
import {
  bookDay,
  type Cells,
  DAY,
  type DayItem,
  fileOf,
  inPieces,
  lineOf,
  ON_NEXT_DAY,
  oursOf,
  payment,
  refund,
  SAKURA,
} from './day.fixture.ts';
import { receive } from './load/receive.ts';
import { runNext } from './match/run.ts';

const { db } = await testDatabase(migrations);
const runtime = quietRuntime('settlement');
const commands = new Commands(db, runtime.clock);
/** Every test has a day of its own, since a day has one file. */
let day = DAY;
let days = 0;
beforeEach(() => {
  days += 1;
  day = `2026-11-${String(days).padStart(2, '0')}`;
});

const upload = (file: string, clearingDate = day) =>
  receive(
    { db, runtime, commands },
    {
      announced: { kind: 'partner', participant: SAKURA, clearingDate },
      ...{ fileName: 'day.csv', uploadedBy: 'partner/sakura' },
    },
    inPieces(file),
    () => {},
  );

/** What is open, healed or resolved of a day, as `kind key-of-the-subject`. */
async function breaks(reconciliationId: string, state = 'open'): Promise<string[]> {
  const rows = await db.query<{ kind: string; ours: string; theirs: string; stake: bigint }>(
    `SELECT kind, ours, theirs, stake_minor AS stake FROM reconciliation_breaks
      WHERE reconciliation_id = $1 AND state = $2 ORDER BY kind, break_key`,
    [reconciliationId, state],
  );
  return rows.map(({ kind, ours, theirs, stake }) => `${kind}: ${ours} / ${theirs} (${stake})`);
}

/** Books the items, uploads the file, matches, and answers what is open. */
async function reconciled(items: readonly DayItem[], lines: readonly Cells[]) {
  await bookDay(db, items);
  const { reconciliationId } = await upload(fileOf(lines));
  expect(await runNext({ db, runtime, ours: oursOf(items) })).toBe(reconciliationId);
  return { reconciliationId, open: await breaks(reconciliationId) };
}

/** Payments of the test's own day and with ids of its own. */
const paid = (n: number, given: Partial<DayItem> = {}) =>
  payment(days * 1_000 + n, { clearingDate: day, occurredOn: day, ...given });
const told = (item: DayItem, given: Cells = {}) => lineOf(item, { clearing_date: day, ...given });

test('a file that agrees has no breaks, however it names what it means', async () => {
  const items = Array.from({ length: 40 }, (_, n) => paid(n));
  items.push(...items.slice(0, 5).map((of, n) => refund(of, n)));
  const lines = items.map((item, n) => {
    if (item.kind === 'refund' && n % 2) return told(item, { refund_id: '' });
    if (n % 4 === 1) return told(item, { payment_id: '' });
    const nameless = { payment_id: '', request_id: '' };
    if (item.kind === 'capture' && n % 4 === 2) {
      return told(item, { ...nameless, reference: `till 4; order-${days * 1_000 + n}` });
    }
    if (item.kind === 'capture' && n % 4 === 3) return told(item, nameless);
    return told(item, { fee_minor: '', rate: '', occurred_on: '' });
  });
  const { reconciliationId, open } = await reconciled(items, lines);
  expect(open).toEqual([]);
  const [run] = await db.query(
    `SELECT our_count, their_count, matched_count, by_rule_count FROM reconciliation_runs
      WHERE reconciliation_id = $1`,
    [reconciliationId],
  );
  expect(run).toEqual({
    ...{ our_count: 45n, their_count: 45n, matched_count: 45n, by_rule_count: 20n },
  });
});

test('every kind of break is found, each once, and nothing else', async () => {
  const good = Array.from({ length: 20 }, (_, n) => paid(n));
  const [a, b, c, d, e, f, g] = Array.from({ length: 7 }, (_, n) => paid(100 + n)) as [
    DayItem,
    DayItem,
    DayItem,
    DayItem,
    DayItem,
    DayItem,
    DayItem,
  ];
  const nextDay = paid(200, { clearingDate: '2026-12-01' });
  const cancelled = paid(201, { cancelled: true });
  const both = paid(202, { cancelled: true });
  const never = paid(203);
  const orphan = refund(paid(204), 1);
  const items = [...good, a, b, c, d, e, f, g, nextDay, cancelled, both];
  const { open, reconciliationId } = await reconciled(items, [
    ...good.map((item) => told(item)),
    told(a, { amount_minor: String(a.amountMinor + 7n) }),
    told(b, { currency_code: 'THB' }),
    told(c, { rate: '20.1' }),
    told(d, { fee_minor: '9' }),
    told(e),
    told(e, { reference: 'again' }),
    told(f, { status: 'failed' }),
    // Of g they say nothing.
    told(nextDay),
    told(cancelled),
    told(both, { status: 'cancelled' }),
    told(never),
    told(paid(205), { status: 'failed' }),
    told(orphan),
  ]);
  expect(open).toEqual([
    `amount: ${a.amountMinor} / ${a.amountMinor + 7n} (7)`,
    `cancelled_but_cleared: cancelled / succeeded (${cancelled.amountMinor})`,
    `currency: JPY / THB (${b.amountMinor})`,
    `duplicate: once / time 2 (${e.amountMinor})`,
    'fee: 6 / 9 (3)',
    `late_for_cut_off: 2026-12-01 / ${day} (${nextDay.amountMinor})`,
    `missing_at_ours: nothing / succeeded (${never.amountMinor})`,
    `missing_at_theirs: succeeded / nothing (${g.amountMinor})`,
    'orphan_refund: no payment / succeeded (100)',
    'rate: 20 / 20.1 (0)',
    `status_conflict: succeeded / failed (${f.amountMinor})`,
  ]);
  const [row] = await db.query<{ break_id: string; kind: string; break_key: string }>(
    'SELECT break_id, kind, break_key FROM reconciliation_breaks WHERE reconciliation_id = $1 LIMIT 1',
    [reconciliationId],
  );
  expect(row?.break_id).toBe(
    uuidFrom('reconciliation.break', reconciliationId, row?.kind ?? '', row?.break_key ?? ''),
  );
});

test('what heals is closed and says so, whatever was in the way', async () => {
  const [early, late] = [paid(1), paid(2)];
  const { reconciliationId, open } = await reconciled([early], [told(early), told(late)]);
  expect(open).toHaveLength(1);
  await bookDay(db, [late]);
  await db.query('UPDATE reconciliations SET wanted_run = 2 WHERE reconciliation_id = $1', [
    reconciliationId,
  ]);
  await runNext({ db, runtime, ours: oursOf([early, late]) });
  expect(await breaks(reconciliationId)).toEqual([]);
  expect(await breaks(reconciliationId, 'healed')).toHaveLength(1);
  const runs = await db.query(
    `SELECT run_no, opened_count, healed_count, open_count FROM reconciliation_runs
      WHERE reconciliation_id = $1 ORDER BY run_no`,
    [reconciliationId],
  );
  expect(runs).toEqual([
    { run_no: 1, opened_count: 1n, healed_count: 0n, open_count: 1n },
    { run_no: 2, opened_count: 0n, healed_count: 1n, open_count: 0n },
  ]);
});

test('what stands in the file of another day is one break, not two', async () => {
  const item = paid(1, ON_NEXT_DAY);
  await bookDay(db, [item]);
  const ours = oursOf([item]);
  const next = await upload(fileOf([]), ON_NEXT_DAY.clearingDate);
  await runNext({ db, runtime, ours }, next.reconciliationId);
  expect(await breaks(next.reconciliationId)).toHaveLength(1);
  const own = await upload(fileOf([told(item)]));
  await runNext({ db, runtime, ours }, own.reconciliationId);
  expect(await breaks(own.reconciliationId)).toHaveLength(1);
  expect(await breaks(next.reconciliationId)).toEqual([]);
  await db.query('UPDATE reconciliations SET wanted_run = 2 WHERE reconciliation_id = $1', [
    next.reconciliationId,
  ]);
  await runNext({ db, runtime, ours }, next.reconciliationId);
  expect(await breaks(next.reconciliationId)).toEqual([]);
});

test('the same file twice changes nothing, a better one takes its place', async () => {
  const item = paid(1);
  const wrong = fileOf([told(item, { amount_minor: '1' })]);
  const { reconciliationId } = await reconciled([item], [told(item, { amount_minor: '1' })]);
  const count = async () =>
    (await db.query<{ n: bigint }>('SELECT count(*) AS n FROM partner_lines', []))[0]?.n ?? 0n;
  const before = await count();
  expect(await upload(wrong)).toMatchObject({ reconciliationId, known: true });
  const both = await Promise.all([upload(wrong), upload(wrong)]);
  expect(both.map(({ known }) => known)).toEqual([true, true]);
  expect(await count()).toBe(before);
  expect(await runNext({ db, runtime, ours: oursOf([item]) })).toBeUndefined();
  const right = fileOf([told(item)]);
  const better = await Promise.all([upload(right), upload(right)]);
  expect(better.filter(({ known }) => !known)).toHaveLength(1);
  expect(await count()).toBe(before);
  await runNext({ db, runtime, ours: oursOf([item]) });
  expect(await breaks(reconciliationId)).toEqual([]);
  expect(await breaks(reconciliationId, 'healed')).toHaveLength(1);
});

test('of a file that is refused nothing is kept but the place', async () => {
  const lines = Array.from({ length: 5_000 }, (_, n) => told(paid(n)));
  const file = fileOf(lines).replace('5001,end', '5001,oops');
  await expect(upload(file)).rejects.toMatchObject({
    reason: 'FILE_REFUSED',
    metadata: { line: '5002', column: '6' },
  });
  const [kept] = await db.query(
    `SELECT (SELECT count(*) FROM reconciliation_loads) AS loads,
            (SELECT count(*) FROM partner_lines WHERE request_id LIKE $1) AS lines,
            (SELECT count(*) FROM reconciliations WHERE from_date = $2) AS reconciliations`,
    [`order-${days * 1_000}%`, day],
  );
  expect(kept).toEqual({ loads: 0n, lines: 0n, reconciliations: 0n });
  const [refusal] = await db.query(
    'SELECT uploaded_by, about, line, at_column FROM reconciliation_refusals',
    [],
  );
  expect(refusal).toEqual({
    ...{ uploaded_by: 'partner/sakura', about: `acquirer sakura ${day}` },
    ...{ line: 5_002, at_column: 6 },
  });
});
