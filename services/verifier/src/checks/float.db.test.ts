import { systemRuntime } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../../wallet/migrations/index.ts';
import { verify } from '../verify.ts';

const { db, url } = await testDatabase(migrations);
const runtime = systemRuntime({ service: 'verifier', logLevel: 'fatal' });

const id = (n: number) => `00000000-0000-8000-8000-00000000000${n}`;

/** HKD 100.00 of float backs a payable of 60.00, of which 49.00 was paid and 1.00 kept as the fee. */
await db.query(`
  INSERT INTO ledger_accounts (lane, account_id, owner, code, currency_code, normal_side,
    may_go_negative, debits_posted, credits_posted, seq)
  VALUES
    (0, '${id(1)}', 'house', 'float', 'HKD', 'debit', true, 10000, 4900, 2),
    (0, '${id(2)}', 'house', 'payable_to_switch', 'HKD', 'credit', true, 5000, 0, 2),
    (0, '${id(3)}', 'house', 'fees', 'HKD', 'credit', true, 0, 100, 1),
    (0, '${id(4)}', '${id(4)}', 'user', 'HKD', 'credit', false, 0, 10000, 1);
  INSERT INTO ledger_transfers (lane, transfer_id, kind, outcome, debit_account_id,
    credit_account_id, currency_code, amount_minor, code, reference, held_minor, debit_seq,
    credit_seq, debit_balance_minor, credit_balance_minor)
  VALUES
    (0, '${id(5)}', 'post', 'posted', '${id(1)}', '${id(4)}', 'HKD', 10000, 'top_up', 'first', 0,
     1, 1, 10000, 10000),
    (0, '${id(6)}', 'post', 'posted', '${id(2)}', '${id(1)}', 'HKD', 4900, 'settlement',
     '2026-11-16', 0, 1, 2, -4900, 5100),
    (0, '${id(7)}', 'post', 'posted', '${id(2)}', '${id(3)}', 'HKD', 100, 'fee', '2026-11-16', 0,
     2, 1, -5000, 100);
  INSERT INTO switch_settlements VALUES ('2026-11-16', 5000, 100, 0, 4900, 'ops');
  INSERT INTO float_days VALUES ('2026-11-16', now(), 10000, 0, 0, -5000, 100, 0, 0, 5100);
  INSERT INTO float_proofs
  VALUES ('2026-11-16', 1, 'one', now(), 10000, 0, 0, -5000, 100, 0, 0, 5100, 5000, 'camt',
          '[{"reason": "card", "amount_minor": "-90"}]', -90, -10, 'ops')`);

const problems = async () => {
  const report = await verify([{ kind: 'wallet', name: 'w', url }], 0, runtime);
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

/** Runs what a trigger or a constraint would refuse. */
const force = (sql: string) =>
  db.query(`
    SET session_replication_role = replica;
    ALTER TABLE float_days DROP CONSTRAINT IF EXISTS float_day_sums;
    ALTER TABLE float_proofs DROP CONSTRAINT IF EXISTS float_proof_names_the_rest;
    ${sql};
    SET session_replication_role = DEFAULT`);

test('a float that adds up is found right, whatever the bank lacks', async () => {
  expect(await problems()).toEqual([]);
});

test.each([
  [
    'wallet w: settlements',
    'UPDATE switch_settlements SET settled_minor = 5001, paid_minor = 4901',
    'UPDATE switch_settlements SET settled_minor = 5000, paid_minor = 4900',
  ],
  [
    'wallet w: settlements',
    "INSERT INTO switch_settlements VALUES ('2026-11-17', 7, 0, 0, 7, 'ops')",
    "DELETE FROM switch_settlements WHERE clearing_date = '2026-11-17'",
  ],
  [
    'wallet w: float days',
    'UPDATE float_days SET user_minor = 10001',
    'UPDATE float_days SET user_minor = 10000',
  ],
  [
    'wallet w: float proofs',
    'UPDATE float_proofs SET difference_minor = 0',
    'UPDATE float_proofs SET difference_minor = -10',
  ],
  [
    'wallet w: float proofs',
    `UPDATE float_proofs SET in_transit = '[]'`,
    `UPDATE float_proofs SET in_transit = '[{"reason": "card", "amount_minor": "-90"}]'`,
  ],
])('%s is wrong after %s', async (name, wrong, right) => {
  await force(wrong);
  expect(await problems()).toEqual([name]);
  await force(right);
  expect(await problems()).toEqual([]);
});

test('money that nobody named, and what moved the payable by itself, are noticed', async () => {
  await force(`UPDATE ledger_transfers SET code = 'gift' WHERE code = 'fee'`);
  expect(await problems()).toEqual(['wallet w: payable', 'wallet w: settlements']);
  await force(`UPDATE ledger_transfers SET code = 'fee' WHERE code = 'gift'`);
  await force(`UPDATE ledger_accounts SET code = 'sundry' WHERE code = 'fees'`);
  expect(await problems()).toContain('wallet w: float');
});
