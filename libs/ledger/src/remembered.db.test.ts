import { openDatabase } from '@causeway/db';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openAccounts } from './accounts.ts';
import { applyTransfers } from './apply.ts';
import ledgerSql from './ledger.sql';
import { loadBooks } from './load.ts';
import { balances } from './read.ts';
import { RememberedAccounts } from './remembered.ts';
import { house, id, transfer, wallet } from './testing/fixtures.ts';
import { RECONCILED, reconcile } from './testing/reconcile.ts';
import type { Transfer } from './transfer.ts';

const { db, url } = await testDatabase([{ name: '0001_ledger', sql: ledgerSql }]);
const otherDb = openDatabase({ url, runtime: quietRuntime(), maxConnections: 4 });
await db.transaction((tx) => openAccounts(tx, [house('float'), wallet('anna'), wallet('ben')]));
const here = new RememberedAccounts(db);
const elsewhere = new RememberedAccounts(otherDb);
afterAll(() => otherDb.close());

async function apply(by: RememberedAccounts, ...transfers: Transfer[]): Promise<string[]> {
  const results = await by.transaction((tx) => applyTransfers(tx, transfers));
  return results.map(({ outcome }) => outcome);
}

async function availableOf(name: string): Promise<bigint | undefined> {
  const [account] = await balances(db, [{ lane: 3, accountId: id(name) }]);
  return account && account.creditsPosted - account.debitsPosted;
}

afterEach(async () => expect(await reconcile(db)).toEqual(RECONCILED));

test('an account that was written is not read again', async () => {
  await apply(here, transfer('first', 'float', 'anna'));
  const asked: string[] = [];
  await here.transaction(async (tx) => {
    const query: typeof tx.query = async (sql, params) => {
      const rows = await tx.query<{ account_id: string }>(sql, params);
      asked.push(...rows.map((row) => row.account_id));
      return rows as never;
    };
    await loadBooks({ ...tx, query }, [transfer('second', 'anna', 'ben')]);
  });
  expect(asked).toEqual([id('ben')]);
});

test('a balance that another writer changed is not spent twice', async () => {
  const before = (await availableOf('anna')) ?? 0n;
  await apply(here, transfer('known', 'float', 'anna'));
  const all = { amountMinor: before + 1_000n };
  expect(await apply(elsewhere, transfer('away', 'anna', 'ben', all))).toEqual(['posted']);
  expect(await apply(here, transfer('again', 'anna', 'ben', all))).toEqual(['insufficient_funds']);
  expect(await availableOf('anna')).toBe(0n);
});

test('a rejection is decided on what is, not on what was remembered', async () => {
  const fresh = new RememberedAccounts(db);
  expect(await apply(fresh, transfer('none yet', 'anna', 'ben'))).toEqual(['insufficient_funds']);
  await apply(elsewhere, transfer('top up', 'float', 'anna'));
  expect(await apply(fresh, transfer('some now', 'anna', 'ben'))).toEqual(['posted']);
});

test('what was rolled back is not remembered', async () => {
  const undone = here.transaction(async (tx) => {
    await applyTransfers(tx, [transfer('undone', 'float', 'anna')]);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await apply(here, transfer('too much', 'anna', 'ben'))).toEqual(['insufficient_funds']);
});

test('writers that share accounts lose nothing, with or without a memory of their own', async () => {
  const before = (await availableOf('ben')) ?? 0n;
  const writers = [here, here, elsewhere, new RememberedAccounts(otherDb)];
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(
      writers.map((writer, n) => {
        const accounts = n % 2 ? ['float', 'ben'] : ['float', 'ben'].reverse();
        const names = [`race ${round} ${n} a`, `race ${round} ${n} b`];
        const [there = '', back = ''] = accounts;
        return apply(
          writer,
          ...names.map((name) => transfer(name, there, back, { amountMinor: 1n })),
        );
      }),
    );
  }
  expect(await availableOf('ben')).toBe(before);
});
