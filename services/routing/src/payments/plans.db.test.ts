import type { Database } from '@causeway/db';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { PaymentStore } from './store.ts';
import { pendingPayment, UNPUBLISHED } from './testing.ts';

const { db } = await testDatabase(migrations);

test('plans made while the tables are empty find payments by their whole key', async () => {
  const statements: string[] = [];
  const noting: Database = {
    log: db.log,
    query: (sql, params) => {
      statements.push(sql);
      return db.query(sql, params);
    },
    transaction: (fn, options) => db.transaction(fn, options),
    outsideTransactions: (sql, timeoutMs) => db.outsideTransactions(sql, timeoutMs),
    close: () => db.close(),
  };
  const store = new PaymentStore(noting, UNPUBLISHED);
  const payment = pendingPayment();
  await store.insert([{ payment, fact: undefined }]);
  await store.commit([
    { payment: { ...payment, version: 2 }, fact: undefined, refund: undefined, stamps: [] },
  ]);
  await store.read([payment]);
  expect(statements).toHaveLength(3);

  await db.query('TRUNCATE payments, refunds, reversals');
  await db.query('VACUUM ANALYZE payments');
  for (const sql of statements) {
    const plan = await db.query<Record<string, string>>(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${sql}`);
    const lines = plan.map((row) => row['QUERY PLAN'] ?? '');
    expect(lines.filter((line) => /Seq Scan on payments/.test(line))).toEqual([]);
    const scans = lines.filter((line) => /Index.* Scan .*on payments/.test(line));
    const whole = lines.filter((line) =>
      /Index Cond: \(\(lane = .* AND \(payment_id = /.test(line),
    );
    expect(whole).toHaveLength(scans.length);
  }
});
