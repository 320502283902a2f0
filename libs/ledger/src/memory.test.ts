import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { batches, definitions, materialize, REACHED } from './testing/batches.ts';
import { MemoryLedger } from './testing/memory-ledger.ts';
import { Model } from './testing/model.ts';
import type { Transfer } from './transfer.ts';

// The same batches against the same model as on Postgres, in model.db.test.ts: so the tables in memory
// are as good as those.
test('in memory, random batches have the outcomes and balances of the model', () => {
  let runs = 0;
  const seen = new Set<string>();
  const check = fc.property(batches, (seedBatches) => {
    runs += 1;
    const run = `run ${runs}`;
    const accounts = definitions(run);
    const model = new Model(accounts);
    const ledger = new MemoryLedger();
    ledger.open(accounts);
    const sent: Transfer[] = [];
    for (const seeds of seedBatches) {
      const batch = materialize(run, seeds, sent);
      const books = ledger.books(batch);
      const results = decide(books, batch);
      ledger.write(books);
      expect(results).toEqual(model.apply(batch));
      for (const { outcome, replay } of results)
        seen.add(replay ? `replay of ${outcome}` : outcome);
    }
    for (const { lane, accountId } of accounts) {
      expect(ledger.account({ lane, accountId })).toMatchObject({
        debitsPosted: model.sum(lane, accountId, 'debit', 'posted'),
        creditsPosted: model.sum(lane, accountId, 'credit', 'posted'),
        debitsHeld: model.sum(lane, accountId, 'debit', 'held'),
        creditsHeld: model.sum(lane, accountId, 'credit', 'held'),
      });
    }
    expect(ledger.problems()).toEqual([]);
  });
  fc.assert(check, { numRuns: 150, seed: 20_261_122 });
  expect([...seen].sort()).toEqual(expect.arrayContaining(REACHED));
});
