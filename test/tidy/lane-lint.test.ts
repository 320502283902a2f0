import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { distribution as wallet } from '../../services/wallet/migrations/distribution.ts';
import { statementsIn, withoutLane } from './lane-lint.ts';

/** Where statements tell their shard already. */
const HOT = ['services/wallet/src', 'libs/ledger/src'];

/** What may go to every shard, by file and statement, and why. The list is there to become shorter. */
const EVERY_SHARD: Record<string, string> = {
  'libs/ledger/src/accounts.ts OPEN': 'opens the house accounts of all lanes when a service starts',
  'libs/ledger/src/read.ts BALANCES': 'reads for people, without a lock',
  'libs/ledger/src/testing/reconcile.ts SUMS': 'a test looks at all there is',
  'libs/ledger/src/testing/reconcile.ts WRONG_ACCOUNTS': 'a test looks at all there is',
  'services/wallet/src/agreements/report-store.ts DUE': 'looks for what is due, every few seconds',
  'services/wallet/src/charges/agreement-store.ts WRITE': 'runs on one Postgres alone',
  'services/wallet/src/charges/store.ts HOLDS': 'counts for a metric',
  'services/wallet/src/float/store.ts STATEMENT': 'sums all accounts, once a day',
  'services/wallet/src/probe/store.ts NAMED': 'compares with settlement in the background',
  'services/wallet/src/probe/store.ts PAGE': 'compares with settlement in the background',
  'services/wallet/src/transit/deny-store.ts LISTED': 'the list has one order over all lanes',
  'services/wallet/src/transit/deny-store.ts NUMBER': 'the list has one order over all lanes',
  'services/wallet/src/transit/store.ts EXPOSURE': 'sums for an operator',
  'services/wallet/src/wallets/store.ts LIST': 'a page for an operator',
};

test('each access of a hot statement to a table by lane is told its shard', async () => {
  const byLane = new Set(wallet.byLane);
  const found = new Set<string>();
  for (const file of HOT.flatMap(sourcesIn)) {
    for (const { name, sql } of statementsIn(readFileSync(file, 'utf8'))) {
      if ((await withoutLane(sql, byLane)).length > 0) found.add(`${file} ${name}`);
    }
  }
  expect([...found].sort()).toEqual(Object.keys(EVERY_SHARD).sort());
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test|\.fixture)\.ts$/.test(name))
    .map((name) => `${folder}/${name}`);
}

describe('of a table by lane', () => {
  const without = (sql: string) => withoutLane(sql, new Set(['coins']));

  test.each([
    'SELECT * FROM coins',
    'SELECT * FROM coins WHERE lane = 1',
    'SELECT * FROM coins WHERE lane = $1 OR n = 2',
    'SELECT * FROM coins c JOIN asked ON c.lane = asked.lane',
    'SELECT * FROM coins c, coins d WHERE c.lane = $1 AND d.lane <> $1',
    'UPDATE coins SET n = 1 WHERE n = 2',
    'UPDATE coins SET n = 1 FROM asked WHERE asked.lane = $1',
    'DELETE FROM coins WHERE n IN (SELECT n FROM coins WHERE lane = $1)',
    'INSERT INTO coins SELECT 1, 2',
    'WITH found AS (SELECT 1 FROM coins) SELECT * FROM found',
    'SELECT (SELECT n FROM coins WHERE n = a.n) FROM asked a WHERE a.lane = $1',
  ])('%s is found', async (sql) => {
    expect(await without(sql)).toHaveLength(1);
  });

  test.each([
    'SELECT * FROM coins WHERE lane = $1 AND n = 2',
    'SELECT * FROM asked, LATERAL (SELECT * FROM coins c WHERE c.n = 1 AND c.lane = ANY($2::smallint[])) x',
    'UPDATE coins SET n = 1 WHERE lane = $1',
    'INSERT INTO coins (lane, n) SELECT lane, n FROM asked',
    'SELECT * FROM tokens',
  ])('%s is fine', async (sql) => {
    expect(await without(sql)).toEqual([]);
  });

  test('a statement that a source is about to forget is seen', async () => {
    const source =
      'const READ = laneStatement(\n  2,\n  (within) => `\n  SELECT * FROM coins c\n  WHERE c.n = 1`);';
    const [statement] = statementsIn(source);
    expect(statement?.name).toBe('READ');
    expect(await without(statement?.sql ?? '')).toEqual(['coins as c']);
    const [told] = statementsIn(source.replace('c.n = 1', `c.n = 1 \${within('c.lane')}`));
    expect(await without(told?.sql ?? '')).toEqual([]);
  });
});
