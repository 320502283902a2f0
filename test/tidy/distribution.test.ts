import { describe, expect, test } from 'vitest';
import { distribution as acquiringPlan } from '../../services/acquiring/migrations/distribution.ts';
import { migrations as acquiring } from '../../services/acquiring/migrations/index.ts';
import { distribution as routingPlan } from '../../services/routing/migrations/distribution.ts';
import { migrations as routing } from '../../services/routing/migrations/index.ts';
import { distribution as settlementPlan } from '../../services/settlement/migrations/distribution.ts';
import { migrations as settlement } from '../../services/settlement/migrations/index.ts';
import { distribution as walletPlan } from '../../services/wallet/migrations/distribution.ts';
import { migrations as wallet } from '../../services/wallet/migrations/index.ts';
import { problemsOfPlan } from './distribution-lint.ts';
import { schemaOf } from './schema.ts';

/** The services with lanes. Rates and treasury have none: fx stays on one Postgres. */
const PLANS = [
  ['acquiring', acquiringPlan, acquiring],
  ['routing', routingPlan, routing],
  ['settlement', settlementPlan, settlement],
  ['wallet', walletPlan, wallet],
] as const;

test.each(PLANS)('the tables of %s can be distributed as planned', async (_name, plan, steps) => {
  expect(problemsOfPlan(plan, await schemaOf(steps))).toEqual([]);
});

describe('of a plan', () => {
  const plan = { byLane: ['coins', 'marks'], everywhere: ['mints'], here: ['notes'] };
  const rest = `
    CREATE TABLE mints (mint_id text PRIMARY KEY);
    CREATE TABLE notes (note_id text PRIMARY KEY);
    CREATE TABLE marks (lane smallint, n integer, PRIMARY KEY (lane, n));`;
  const of = async (coins: string, changed: Partial<typeof plan> = {}) => {
    const sql = `${rest} ${coins}`;
    return problemsOfPlan({ ...plan, ...changed }, await schemaOf([{ name: '0001_first', sql }]));
  };
  const COINS = 'CREATE TABLE coins (lane smallint, n integer, PRIMARY KEY (lane, n))';

  test.each([
    ['CREATE TABLE coins (lane smallint, n integer PRIMARY KEY)', 'begin with its lane'],
    ['CREATE TABLE coins (lane smallint, n integer, PRIMARY KEY (n, lane))', 'begin with its lane'],
    ['CREATE TABLE coins (lane smallint, n integer)', 'begin with its lane'],
    ['CREATE TABLE coins (n integer PRIMARY KEY)', 'has no lane'],
    [`${COINS}; CREATE UNIQUE INDEX coins_n ON coins (n)`, 'unique coins_n'],
    [`${COINS}; ALTER TABLE coins ADD COLUMN m integer UNIQUE`, 'unique coins_m_key'],
    [`${COINS}; ALTER TABLE coins ADD CONSTRAINT once UNIQUE (n)`, 'unique once'],
    [`${COINS}; ALTER TABLE coins ADD COLUMN m text REFERENCES notes`, 'not on its node'],
    [`${COINS}; ALTER TABLE coins ADD FOREIGN KEY (n) REFERENCES marks`, 'without its lane'],
    [`${COINS}; ALTER TABLE coins ADD FOREIGN KEY (lane, n) REFERENCES marks`, 'comes before'],
    [`${COINS}; CREATE TABLE more (n integer)`, 'more: is not planned'],
    [`${COINS}; DROP TABLE marks`, 'marks: is no table'],
    [`${COINS}; ALTER TABLE notes ADD COLUMN m text REFERENCES mints`, 'stands elsewhere'],
  ])('%s is found', async (coins, what) => {
    const problems = await of(coins);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(what);
  });

  test('a table in two places is found', async () => {
    expect(await of(COINS, { here: ['notes', 'marks'] })).toEqual(['marks: is planned twice']);
  });

  test.each([
    COINS,
    `${COINS}; CREATE UNIQUE INDEX coins_n ON coins (lane, n)`,
    `${COINS}; ALTER TABLE coins ADD COLUMN m text REFERENCES mints`,
    `${COINS}; CREATE UNIQUE INDEX coins_n ON coins (n); DROP INDEX coins_n`,
  ])('%s is fine', async (coins) => {
    expect(await of(coins)).toEqual([]);
  });
});
