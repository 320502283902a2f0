import type { Database, Tx } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { insertCodes } from '../codes/store.ts';
import { termsOf } from '../testing/terms.fixture.ts';
import { testOperator } from '../testing/world.fixture.ts';
import type { PayerReference } from './command.ts';

const { db } = await testDatabase(migrations);

const statements = new Set<string>();

/** Notes every statement that is prepared. */
function noting<T extends Tx>(to: T): T {
  const query = <Row>(sql: string, params?: readonly unknown[]) => {
    statements.add(sql);
    return to.query<Row>(sql, params);
  };
  return { ...to, query };
}

const noted: Database = {
  ...noting(db),
  transaction: (fn, options) =>
    db.transaction((tx) => fn(noting({ query: tx.query.bind(tx) })), options),
  log: db.log,
  outsideTransactions: (sql, timeoutMs) => db.outsideTransactions(sql, timeoutMs),
  close: () => db.close(),
};

const TABLES = [
  ...['charges', 'payment_codes', 'limit_usage', 'charge_refunds'],
  ...['agreements', 'agreement_usage'],
];

test('plans made on empty tables fetch every row by its whole key', async () => {
  const { execute, wallet, code, sign } = await testOperator(noted);
  const { walletId, lane } = await wallet('plans');
  const { codeHash } = await code({ walletId, lane });
  const agreementId = await sign({ walletId, lane }, 'plans', {
    ...{ chargeMinor: 100n, periodMinor: 100n },
  });
  const amountMinor = 100n;
  const payee = { currencyCode: 'HKD', amountMinor };
  const charge = (name: string, payer: PayerReference) => ({
    ...{ kind: 'charge' as const, lane, paymentId: uuidFrom('payment', name), payer, amountMinor },
    ...{ terms: termsOf({ payee }), expiresAtMs: Number.MAX_SAFE_INTEGER, holdTtlSeconds: 0 },
  });
  statements.clear();
  await execute([charge('plans', { codeHash })]);
  const another = { lane, walletId, codeHash: Buffer.alloc(32), rateBoardId: walletId };
  await insertCodes(noted, [{ ...another, ttlSeconds: 0 }]);
  expect(own()).toHaveLength(4);
  // Two statements more where an agreement is charged, and none where there is none.
  await execute([charge('agreed', { agreementId, walletId })]);
  expect(own()).toHaveLength(6);

  await db.query(`TRUNCATE ${TABLES.join(', ')}`);
  for (const table of [...TABLES, 'wallets']) await db.query(`VACUUM ANALYZE ${table}`);
  for (const sql of own()) {
    const plan = await db.query<Record<string, string>>(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${sql}`);
    const lines = plan.map((row) => row['QUERY PLAN'] ?? '');
    const bad = /Seq Scan|Join Filter|Hash Join|Merge Join/;
    expect(lines.filter((line) => bad.test(line))).toEqual([]);
    const conditions = lines.filter((line) => /Index Cond/.test(line));
    const partial = conditions.filter((line) => !/ AND |rate_board_id/.test(line));
    expect(partial).toEqual([]);
    expect(lines.filter((line) => /Index.*Scan/.test(line))).toHaveLength(conditions.length);
  }
});

function own(): string[] {
  return [...statements].filter((sql) => !sql.includes('ledger_'));
}
