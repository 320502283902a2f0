import { plant } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { availableMinor } from './account.ts';
import { houseAccountId, openAccounts } from './accounts.ts';
import { applyTransfers } from './apply.ts';
import { decide } from './decide.ts';
import ledgerSql from './ledger.sql';
import { loadBooks } from './load.ts';
import { balances, statement } from './read.ts';
import { house, id, transfer, wallet } from './testing/fixtures.ts';
import { RECONCILED, reconcile } from './testing/reconcile.ts';
import type { Transfer } from './transfer.ts';
import { writeBooks } from './write.ts';

const migrations = [{ name: '0001_ledger', sql: ledgerSql }];
const { db } = await testDatabase(migrations);
const accounts = [house('float'), wallet('anna'), wallet('ben')];
await db.transaction((tx) => openAccounts(tx, accounts));

const apply = async (...transfers: Transfer[]) =>
  (await db.transaction((tx) => applyTransfers(tx, transfers))).map(({ outcome }) => outcome);
const accountOf = async (name: string) => {
  const [account] = await balances(db, [{ lane: 3, accountId: id(name) }]);
  if (account === undefined) throw new Error(`no account ${name}`);
  return account;
};

afterEach(async () => {
  plant(undefined);
  expect(await reconcile(db)).toEqual(RECONCILED);
});

test('a rejected id stays rejected, whatever happens later', async () => {
  const pay = transfer('stays', 'anna', 'ben');
  expect(await apply(pay)).toEqual(['insufficient_funds']);
  expect(await apply(transfer('stays: top up', 'float', 'anna'))).toEqual(['posted']);
  expect(await apply(pay)).toEqual(['insufficient_funds']);
  expect(await apply({ ...pay, amountMinor: 1n })).toEqual(['id_conflict']);
});

test('a hold is captured in a later call, once', async () => {
  const hold = transfer('later hold', 'float', 'ben', { kind: 'hold' });
  const capture = transfer('later capture', 'float', 'ben', {
    kind: 'capture',
    amountMinor: 400n,
    holdId: hold.transferId,
  });
  const release = {
    ...capture,
    transferId: id('later void'),
    kind: 'void' as const,
    amountMinor: 1_000n,
  };
  expect(await apply(hold)).toEqual(['posted']);
  expect(await apply(capture)).toEqual(['posted']);
  expect(await apply(capture, release)).toEqual(['posted', 'hold_resolved']);
});

test('each member of a failed chain has its row', async () => {
  const chain = [
    transfer('chain 1', 'float', 'anna', { linkedWithNext: true }),
    transfer('chain 2', 'ben', 'anna', { amountMinor: 10n ** 12n }),
  ];
  expect(await apply(...chain)).toEqual(['linked_failed', 'insufficient_funds']);
  const rows = await db.query(
    `SELECT outcome, link_id, debit_seq FROM ledger_transfers
      WHERE link_id = $1 ORDER BY outcome`,
    [chain[0]?.transferId],
  );
  const link_id = chain[0]?.transferId;
  expect(rows).toEqual([
    { outcome: 'insufficient_funds', link_id, debit_seq: null },
    { outcome: 'linked_failed', link_id, debit_seq: null },
  ]);
});

test('a caller looks at the books between two decisions, and writes them once', async () => {
  const steps = [1, 2, 3].map((n) => transfer(`limit ${n}`, 'float', 'carl'));
  await db.transaction((tx) => openAccounts(tx, [wallet('carl')]));
  const carl = { lane: 3, accountId: id('carl') };
  await db.transaction(async (tx) => {
    const books = await loadBooks(tx, steps, [carl]);
    for (const step of steps) {
      const account = books.account(carl);
      if (account && availableMinor(account) < 2_000n) decide(books, [step]);
    }
    await writeBooks(tx, books);
  });
  expect(availableMinor(await accountOf('carl'))).toBe(2_000n);
});

test('writers on the same accounts wait for each other and lose nothing', async () => {
  const writer = async (name: string) => {
    const outcomes = [];
    for (let batch = 0; batch < 15; batch += 1) {
      const transfers = Array.from({ length: 20 }, (_, n) =>
        n % 2
          ? transfer(`${name} ${batch} ${n}`, 'float', 'anna', { amountMinor: 3n })
          : transfer(`${name} ${batch} ${n}`, 'anna', 'ben', { amountMinor: 4n }),
      );
      outcomes.push(...(await apply(...transfers)));
    }
    return outcomes;
  };
  const before = (await accountOf('anna')).seq;
  const outcomes = (await Promise.all(['w1', 'w2', 'w3'].map(writer))).flat();
  const posted = outcomes.filter((outcome) => outcome === 'posted').length;
  expect((await accountOf('anna')).seq - before).toBe(BigInt(posted));
});

test('rivals with the same ids post each of them once', async () => {
  const batch = Array.from({ length: 30 }, (_, n) => transfer(`rival ${n}`, 'float', 'anna'));
  const before = (await accountOf('anna')).creditsPosted;
  const results = await Promise.all(
    Array.from({ length: 6 }, () => db.transaction((tx) => applyTransfers(tx, batch))),
  );
  for (const result of results)
    expect(result.every(({ outcome }) => outcome === 'posted')).toBe(true);
  expect(results.flat().filter(({ replay }) => !replay)).toHaveLength(batch.length);
  expect((await accountOf('anna')).creditsPosted - before).toBe(30_000n);
});

test('rivals that resolve one hold: exactly one wins, and stays the winner', async () => {
  const hold = transfer('contested', 'float', 'anna', { kind: 'hold' });
  await apply(hold);
  const holdId = hold.transferId;
  const rivals = [
    transfer('contested capture', 'float', 'anna', { kind: 'capture', holdId }),
    transfer('contested void', 'float', 'anna', { kind: 'void', holdId }),
  ];
  const outcomes = (await Promise.all(rivals.map((rival) => apply(rival)))).flat();
  expect([...outcomes].sort()).toEqual(['hold_resolved', 'posted']);
  expect(await apply(...rivals)).toEqual(outcomes);
});

test('balances that changed since they were read fail the write', async () => {
  const stale = db.transaction(async (tx) => {
    const step = transfer('stale', 'float', 'anna');
    const books = await loadBooks(tx, [step]);
    decide(books, [step]);
    // No other session can do this while the lock is held; a forgotten lock could.
    await tx.query('UPDATE ledger_accounts SET seq = seq + 1 WHERE account_id = $1', [id('anna')]);
    await writeBooks(tx, books);
  });
  await expect(stale).rejects.toMatchObject({ code: '40001' });
});

test('history cannot be changed, and accounts do not go away', async () => {
  const forbidden = [
    'UPDATE ledger_transfers SET amount_minor = 1',
    'DELETE FROM ledger_transfers',
    'TRUNCATE ledger_transfers',
    'DELETE FROM ledger_accounts',
  ];
  for (const sql of forbidden) {
    await expect(db.query(sql)).rejects.toMatchObject({ code: '23000' });
  }
});

test('the tables refuse by themselves what the code would never write', async () => {
  const overdraw = db.query(
    'UPDATE ledger_accounts SET debits_held = 10 ^ 15 WHERE account_id = $1',
    [id('ben')],
  );
  await expect(overdraw).rejects.toMatchObject({ constraint: 'ledger_account_not_overdrawn' });
  const insert = (columns: string, values: string) =>
    db.query(
      `INSERT INTO ledger_transfers (lane, transfer_id, debit_account_id, credit_account_id,
         currency_code, code, reference, outcome, ${columns})
       VALUES (3, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'HKD', '', '', ${values})`,
    );
  const constraint = (name: string) => ({ constraint: name });
  await expect(insert('kind, amount_minor', `'x', 'capture', 5`)).rejects.toMatchObject(
    constraint('ledger_transfer_names_its_hold'),
  );
  await expect(insert('kind, amount_minor', `'posted', 'post', 5`)).rejects.toMatchObject(
    constraint('ledger_transfer_has_effect_iff_posted'),
  );
  await expect(insert('kind, amount_minor', `'x', 'post', 0`)).rejects.toMatchObject({
    code: '23514',
  });
});

test('accounts are opened once, and never as something else', async () => {
  await db.transaction((tx) => openAccounts(tx, accounts));
  const other = { ...wallet('anna'), currencyCode: 'JPY' };
  await expect(db.transaction((tx) => openAccounts(tx, [other]))).rejects.toThrow('something else');
  const ids = [0, 1].map((lane) => houseAccountId('fees', 'HKD', lane));
  expect(new Set([...ids, houseAccountId('fees', 'HKD', 0)]).size).toBe(2);
});

test('a statement is read page by page, the newest entry first', async () => {
  await db.transaction((tx) => openAccounts(tx, [wallet('dora')]));
  await apply(
    ...[1, 2, 3, 4].map((n) => transfer(`dora in ${n}`, 'float', 'dora', { amountMinor: 100n })),
    transfer('dora out', 'dora', 'ben', { amountMinor: 150n }),
  );
  const dora = { lane: 3, accountId: id('dora') };
  const first = await statement(db, dora, { limit: 2 });
  const second = await statement(db, dora, { limit: 2, beforeSeq: first.nextBeforeSeq });
  const third = await statement(db, dora, { limit: 2, beforeSeq: second.nextBeforeSeq });
  const lines = [first, second, third].flatMap(({ entries }) => entries);
  expect(lines.map(({ seq, side, balanceMinor }) => [seq, side, balanceMinor])).toEqual([
    [5n, 'debit', 250n],
    [4n, 'credit', 400n],
    [3n, 'credit', 300n],
    [2n, 'credit', 200n],
    [1n, 'credit', 100n],
  ]);
  expect(third.nextBeforeSeq).toBeUndefined();
  expect(lines[0]).toMatchObject({ otherAccountId: id('ben'), kind: 'post', postedMinor: 150n });
});

test.each(['entry-skipped', 'debit-doubled'])(
  'recomputing finds what was planted: %s',
  async (name) => {
    const planted = await testDatabase(migrations);
    await planted.db.transaction((tx) => openAccounts(tx, accounts));
    plant(name);
    const batch = Array.from({ length: 100 }, (_, n) => transfer(`${name} ${n}`, 'float', 'anna'));
    await planted.db.transaction((tx) => applyTransfers(tx, batch));
    const { wrongAccounts, unbalancedCurrencies } = await reconcile(planted.db);
    expect(wrongAccounts).toHaveLength(1);
    expect(unbalancedCurrencies).toHaveLength(1);
  },
);
