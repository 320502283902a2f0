import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openAccounts } from './accounts.ts';
import { applyTransfers } from './apply.ts';
import ledgerSql from './ledger.sql';
import { balances } from './read.ts';
import { house, id, wallet } from './testing/fixtures.ts';
import { Model } from './testing/model.ts';
import { RECONCILED, reconcile } from './testing/reconcile.ts';
import type { Transfer, TransferKind } from './transfer.ts';

const { db } = await testDatabase([{ name: '0001_ledger', sql: ledgerSql }]);

/** Small numbers that `materialize` turns into a transfer, so that ids and holds often meet. */
interface Seed {
  kind: TransferKind;
  lane: number;
  name: number;
  debit: number;
  credit: number;
  hold: number;
  amount: number;
  faithful: boolean;
  foreign: boolean;
  linked: boolean;
  again: boolean;
}

const rarely = fc.integer({ min: 0, max: 14 }).map((n) => n === 0);
const seed: fc.Arbitrary<Seed> = fc.record({
  kind: fc.constantFrom<TransferKind>('post', 'post', 'hold', 'hold', 'capture', 'capture', 'void'),
  lane: fc.integer({ min: 0, max: 1 }),
  name: fc.integer({ min: 0, max: 60 }),
  debit: fc.integer({ min: 0, max: 4 }),
  credit: fc.integer({ min: 1, max: 4 }),
  hold: fc.nat(),
  amount: fc.integer({ min: 1, max: 60 }),
  faithful: rarely.map((no) => !no),
  foreign: rarely,
  linked: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  again: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
});
const batches = fc.array(fc.array(seed, { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
});

/** Five accounts per lane: two houses, two wallets and one in another currency. */
function definitions(run: string) {
  return [0, 1].flatMap((lane) => [
    house(`${run} float`, { lane }),
    wallet(`${run} anna`, { lane }),
    wallet(`${run} ben`, { lane }),
    house(`${run} cash`, { lane, mayGoNegative: false }),
    wallet(`${run} yen`, { lane, currencyCode: 'JPY' }),
  ]);
}
const names = ['float', 'anna', 'ben', 'cash', 'yen', 'nobody'];

/** Builds a batch, remembering what was sent, so that it can be repeated and its holds resolved. */
function materialize(run: string, seeds: readonly Seed[], sent: Transfer[]): Transfer[] {
  return seeds.map((s, index) => {
    const old = sent[s.hold % Math.max(1, sent.length)];
    if (s.again && old?.lane === s.lane) return { ...old, linkedWithNext: false };
    const linkedWithNext = s.linked && seeds[index + 1]?.lane === s.lane;
    const made = { ...(resolving(s, sent) ?? moving(run, s)), linkedWithNext };
    sent.push(made);
    return made;
  });

  function moving(run: string, s: Seed): Transfer {
    const account = (n: number) => id(`${run} ${names[n % names.length]}`);
    const resolves = s.kind === 'capture' || s.kind === 'void';
    return {
      lane: s.lane,
      transferId: id(`${run} ${s.name}`),
      kind: s.kind,
      debit: account(s.debit),
      credit: account(s.debit === s.credit ? s.credit + 1 : s.credit),
      currencyCode: s.foreign ? 'JPY' : 'HKD',
      amountMinor: BigInt(s.amount),
      holdId: resolves ? id(`${run} ${s.hold % 60}`) : undefined,
      code: 'test',
      reference: `${run}, "quoted"`,
    };
  }

  /** A capture or a void of a hold that was really sent, with the hold's accounts. */
  function resolving(s: Seed, sent: readonly Transfer[]): Transfer | undefined {
    if (s.kind === 'post' || s.kind === 'hold' || !s.faithful) return undefined;
    const holds = sent.filter((earlier) => earlier.kind === 'hold' && earlier.lane === s.lane);
    const hold = holds[s.hold % Math.max(1, holds.length)];
    if (hold === undefined) return undefined;
    const amountMinor = s.kind === 'void' ? hold.amountMinor : BigInt(s.amount);
    const transferId = id(`${run} ${s.name}`);
    return { ...hold, transferId, kind: s.kind, holdId: hold.transferId, amountMinor };
  }
}

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
  // A generator that never reaches an outcome would prove nothing about it.
  expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(REACHED));
  expect(await reconcile(db)).toEqual(RECONCILED);
});

const REACHED = [
  'posted',
  'replay of posted',
  'replay of insufficient_funds',
  'account_not_found',
  'currency_mismatch',
  'insufficient_funds',
  'hold_not_found',
  'hold_mismatch',
  'hold_exceeded',
  'hold_resolved',
  'linked_failed',
  'id_conflict',
];
