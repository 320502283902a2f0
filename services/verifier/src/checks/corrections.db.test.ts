import { systemRuntime } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../../settlement/migrations/index.ts';
import { verify } from '../verify.ts';

const { db, url } = await testDatabase(migrations);
const runtime = systemRuntime({ service: 'verifier', logLevel: 'fatal' });

const id = (n: number) => `00000000-0000-8000-8000-00000000000${n}`;

/** Runs what triggers and foreign keys would refuse. */
const force = (sql: string) =>
  db.query(`SET session_replication_role = replica; ${sql};
    SET session_replication_role = DEFAULT`);

/** An acquirer is owed JPY 5 more; a payment of JPY 12 is disputed, and JPY 10 of it granted. */
await force(`
  INSERT INTO ledger_accounts (lane, account_id, owner, code, currency_code, normal_side,
    may_go_negative, debits_posted, credits_posted, seq)
  VALUES
    (0, '${id(1)}', '', 'adjustments', 'JPY', 'credit', true, 5, 0, 1),
    (0, '${id(2)}', 'sakura', 'acquirer_payable', 'JPY', 'credit', true, 0, 5, 1);
  INSERT INTO ledger_transfers (lane, transfer_id, kind, outcome, debit_account_id,
    credit_account_id, currency_code, amount_minor, code, reference, held_minor, debit_seq,
    credit_seq, debit_balance_minor, credit_balance_minor)
  VALUES (0, '${id(3)}', 'post', 'posted', '${id(1)}', '${id(2)}', 'JPY', 5, 'adjustment', 'x', 0,
          1, 1, -5, 5);
  INSERT INTO charges (charge_id, participant_kind, participant_id, kind, currency_code,
    amount_minor, reference, command_seq, recorded_at)
  VALUES ('${id(4)}', 'acquirer', 'sakura', 'adjustment', 'JPY', 5, 'x', 1, now());
  INSERT INTO adjustments VALUES ('${id(5)}', 1, 'acquirer', 'sakura', 'JPY', 5, 'why', 'x', 'ops',
    NULL, now());
  INSERT INTO bookings (lane, payment_id, kind, subject_id, issuer_id, partner_id, payer_currency,
    payee_currency, payer_minor, payee_minor, mid_minor, markup_minor, residual_minor, request_id)
  VALUES
    (6, '${id(6)}', 'capture', '${id(6)}', 'harbour', 'sakura', 'HKD', 'JPY', 60, 12, 59, 1, 0, 'p'),
    (6, '${id(6)}', 'refund', '${id(7)}', 'harbour', 'sakura', 'HKD', 'JPY', 50, 10, 49, 1, 0,
     'dispute:${id(8)}');
  INSERT INTO totals
    SELECT lane, kind, issuer_id, partner_id, payer_currency, payee_currency, payer_minor,
      payee_minor, mid_minor, markup_minor, 0, 0, now() FROM bookings;
  INSERT INTO disputes VALUES ('${id(8)}', 2, '${id(6)}', 'harbour', 'sakura', 2, 'CLOSED',
    'ACCEPTED', 'DUPLICATE', 'JPY', 12, 10, '${id(7)}', 10, 50, 'HKD', 1, 1, 1, NULL, now(),
    now() - interval '1 hour');
  INSERT INTO dispute_steps VALUES
    ('${id(8)}', 1, 'open', 'harbour', 'REQUESTED', 'x', '', now()),
    ('${id(8)}', 2, 'refund', 'system', 'CLOSED', '', '', now())`);

const problems = async () => {
  const report = await verify([{ kind: 'settlement', name: 's', url }], 0, runtime);
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

test('what adds up is found right', async () => {
  expect(await problems()).toEqual([]);
});

test.each([
  [
    'settlement s: adjustments',
    'UPDATE adjustments SET amount_minor = 6',
    'UPDATE adjustments SET amount_minor = 5',
  ],
  [
    'settlement s: adjustments',
    "UPDATE charges SET participant_id = 'siam'; UPDATE adjustments SET participant_id = 'siam'",
    "UPDATE charges SET participant_id = 'sakura'; UPDATE adjustments SET participant_id = 'sakura'",
  ],
  [
    'settlement s: disputes',
    "UPDATE dispute_steps SET state = 'GRANTED' WHERE version = 2",
    "UPDATE dispute_steps SET state = 'CLOSED' WHERE version = 2",
  ],
  [
    'settlement s: outcomes',
    'UPDATE disputes SET refunded_payer_minor = 51',
    'UPDATE disputes SET refunded_payer_minor = 50',
  ],
  [
    'settlement s: outcomes',
    "UPDATE bookings SET request_id = 'other' WHERE kind = 'refund'",
    `UPDATE bookings SET request_id = 'dispute:${id(8)}' WHERE kind = 'refund'`,
  ],
])('%s is wrong after %s', async (name, wrong, right) => {
  await force(wrong);
  expect(await problems()).toContain(name);
  await force(right);
  expect(await problems()).toEqual([]);
});
