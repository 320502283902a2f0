import { systemRuntime } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../../fx/migrations/index.ts';
import { verify } from '../verify.ts';

const { db, url } = await testDatabase(migrations);
const runtime = systemRuntime({ service: 'verifier', logLevel: 'fatal' });

/** HKD 64.06 of yen captured, HKD 25.03 given back; half of the rest is covered for a gain of 0.03. */
await db.query(`
  INSERT INTO exposure_facts
    (lane, about_id, payment_id, fact_id, version, kind, payer_currency_code,
     payee_currency_code, payee_minor, payer_minor, occurred_at)
  VALUES
    (1, '00000000-0000-8000-8000-000000000001', '00000000-0000-8000-8000-000000000001',
     gen_random_uuid(), 2, 'capture', 'HKD', 'JPY', 1280, 6406, now()),
    (1, '00000000-0000-8000-8000-000000000002', '00000000-0000-8000-8000-000000000001',
     gen_random_uuid(), 3, 'refund', 'HKD', 'JPY', -500, -2503, now());
  INSERT INTO exposures VALUES ('HKD', 'JPY', 780 - 390, 3903 - 1951, 3);
  INSERT INTO cover_trades
    (trade_id, payer_currency_code, payee_currency_code, payee_minor, booked_minor, provider_id,
     limit_rate, state, payer_minor, rate, due_at, created_at, updated_at)
  VALUES
    (gen_random_uuid(), 'HKD', 'JPY', 390, 1951, 'lp', '20', 2, 1948, '20.02', now(), now(), now()),
    (gen_random_uuid(), 'HKD', 'JPY', 390, 1952, 'lp', '20', 1, NULL, NULL, now(), now(), now())`);

const problems = async () => {
  const report = await verify([{ kind: 'fx', name: 'fx', url }], 0, runtime);
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

test('a desk that adds up is found right, a pending trade or none', async () => {
  expect(await problems()).toEqual([]);
});

test.each([
  ['fx fx: positions', 'UPDATE exposures SET payee_open = payee_open + 1', 'payee_open - 1'],
  ['fx fx: positions', 'UPDATE exposures SET payer_open = payer_open + 1', 'payer_open - 1'],
  ['fx fx: positions', 'UPDATE exposures SET realised = realised + 1', 'realised - 1'],
])('%s is wrong after %s', async (name, wrong, back) => {
  await db.query(wrong);
  expect(await problems()).toEqual([name]);
  const column = back.split(' ')[0];
  await db.query(`UPDATE exposures SET ${column} = ${back}`);
  expect(await problems()).toEqual([]);
});

test('a fact that was lost or came twice is noticed, and so is too much given back', async () => {
  await db.query('UPDATE exposure_facts SET payer_minor = payer_minor - 6000 WHERE version = 3');
  expect(await problems()).toEqual(['fx fx: positions', 'fx fx: closed again']);
});
