import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAccounts } from './accounts.ts';
import { applyTransfers } from './apply.ts';
import ledgerSql from './ledger.sql';
import { balances } from './read.ts';
import { batches, definitions, materialize, REACHED } from './testing/batches.ts';
import { Model } from './testing/model.ts';
import { RECONCILED, reconcile } from './testing/reconcile.ts';
import type { Transfer } from './transfer.ts';

const { db } = await testDatabase([{ name: '0001_ledger', sql: ledgerSql }]);

test('random batches have the outcomes and balances of the model', async () => {
  let runs = 0;
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(batches, async (seedBatches) => {
      runs += 1;
      const run = `run ${runs}`;
      const accounts = definitions(run);
      const model = new Model(accounts);
      await db.transaction((tx) => openAccounts(tx, accounts));
      const sent: Transfer[] = [];
      for (const seeds of seedBatches) {
        const batch = materialize(run, seeds, sent);
        const results = await db.transaction((tx) => applyTransfers(tx, batch));
        expect(results).toEqual(model.apply(batch));
        for (const { outcome, replay } of results) {
          const key = replay ? `replay of ${outcome}` : outcome;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }
      for (const account of await balances(db, accounts)) {
        if (account === undefined) throw new Error('an account is missing');
        const { lane, accountId } = account;
        expect(account).toMatchObject({
          debitsPosted: model.sum(lane, accountId, 'debit', 'posted'),
          creditsPosted: model.sum(lane, accountId, 'credit', 'posted'),
          debitsHeld: model.sum(lane, accountId, 'debit', 'held'),
          creditsHeld: model.sum(lane, accountId, 'credit', 'held'),
        });
      }
    }),
    { numRuns: 150, seed: 20_261_122 },
  );
  expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(REACHED));
  expect(await reconcile(db)).toEqual(RECONCILED);
});
