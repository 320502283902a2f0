import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test } from 'vitest';
import { applyTransfers, ledgerBreaches, ledgerSql, openAccounts } from './index.ts';
import { house, transfer, wallet } from './testing/fixtures.ts';

const { db } = await testDatabase([{ name: '0001_ledger', sql: ledgerSql }]);
const LANE = 3;

await db.transaction((tx) => openAccounts(tx, [wallet('ann'), wallet('bea'), house('float')]));
await db.transaction((tx) =>
  applyTransfers(tx, [
    transfer('in', 'float', 'ann'),
    transfer('on', 'ann', 'bea'),
    transfer('kept', 'bea', 'ann', { kind: 'hold' }),
  ]),
);

const set = (change: string) =>
  db.query(`UPDATE ledger_accounts SET ${change} WHERE owner = 'bea'`, []);

afterEach(async () => {
  await set('credits_posted = 1000, debits_held = 1000, seq = 2');
  expect(await ledgerBreaches(db, LANE)).toEqual([]);
});

test('a lane whose accounts are their entries is good, and so is an empty one', async () => {
  expect(await ledgerBreaches(db, LANE)).toEqual([]);
  expect(await ledgerBreaches(db, 4)).toEqual([]);
});

test('money from nowhere is found in the account and in its currency', async () => {
  await set('credits_posted = credits_posted + 1');
  expect(await ledgerBreaches(db, LANE)).toEqual([
    expect.stringMatching(/account wallet of bea has 0 debits and 1001 credits/),
    'HKD: debits exceed credits by -1',
  ]);
});

test.each(['debits_held = 0', 'seq = seq + 1'])('an account with %s is found', async (change) => {
  await set(change);
  expect(await ledgerBreaches(db, LANE)).toHaveLength(1);
});
