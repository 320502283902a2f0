import { describe, expect, test } from 'vitest';
import { migrations as acquiring } from '../../services/acquiring/migrations/index.ts';
import { migrations as fx } from '../../services/fx/migrations/index.ts';
import { migrations as routing } from '../../services/routing/migrations/index.ts';
import { migrations as settlement } from '../../services/settlement/migrations/index.ts';
import { migrations as wallet } from '../../services/wallet/migrations/index.ts';
import { problemsOf } from './migration-lint.ts';

const SERVICES = { acquiring, fx, routing, settlement, wallet };

/**
 * The last step of each schema before the first release: until then nothing is deployed that an
 * upgrade could stop. What comes after is judged; this list grows no more once there is a release.
 */
const BASELINE: Record<keyof typeof SERVICES, string> = {
  acquiring: '0003_codes_and_agreements',
  fx: '0002_treasury',
  routing: '0012_settlement',
  settlement: '0025_no_time',
  wallet: '0006_offer_payload',
};

test.each(Object.entries(SERVICES))('no migration of %s stops traffic', async (name, steps) => {
  const baseline = BASELINE[name as keyof typeof SERVICES];
  expect(steps.some((step) => step.name === baseline)).toBe(true);
  expect(await problemsOf(steps, baseline)).toEqual([]);
});

describe('of a table with traffic', () => {
  const first = { name: '0001_first', sql: 'CREATE TABLE coins (n integer, note text)' };
  const of = (sql: string) => problemsOf([first, { name: '0002_next', sql }], '0001_first');

  test.each([
    ['CREATE INDEX i ON coins (n)', 'nobody can write'],
    ['CREATE INDEX CONCURRENTLY i ON coins (n); SELECT 1', 'a step of its own'],
    ['ALTER TABLE coins ADD COLUMN a integer NOT NULL', 'leaves out'],
    ['ALTER TABLE coins ADD COLUMN a uuid DEFAULT gen_random_uuid()', 'rewrites'],
    ['ALTER TABLE coins ADD COLUMN a integer GENERATED ALWAYS AS (n) STORED', 'rewrites'],
    ['ALTER TABLE coins ADD COLUMN a integer CHECK (a > 0)', 'NOT VALID'],
    ['ALTER TABLE coins ADD COLUMN a integer UNIQUE', 'under a lock'],
    ['ALTER TABLE coins ADD CONSTRAINT c CHECK (n > 0)', 'NOT VALID'],
    ['ALTER TABLE coins ADD FOREIGN KEY (n) REFERENCES coins (n)', 'NOT VALID'],
    ['ALTER TABLE coins ADD PRIMARY KEY (n)', 'under a lock'],
    ['ALTER TABLE coins ALTER COLUMN n SET NOT NULL', 'whole table'],
    ['ALTER TABLE coins ALTER COLUMN n TYPE bigint', 'another type'],
    ['ALTER TABLE coins DROP COLUMN note', 'contract'],
    ['ALTER TABLE coins RENAME COLUMN note TO remark', 'old name'],
    ['ALTER TABLE coins RENAME TO tokens', 'old name'],
    ['DROP TABLE coins', 'contract'],
    ['UPDATE coins SET n = 1', 'small ones'],
    ['DELETE FROM coins', 'small ones'],
    ['TRUNCATE coins', 'TruncateStmt'],
    ['DO $$ BEGIN UPDATE coins SET n = 1; END $$', 'DoStmt'],
  ])('%s is found', async (sql, what) => {
    const problems = await of(sql);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(what);
  });

  test.each([
    'CREATE INDEX CONCURRENTLY i ON coins (n)',
    'ALTER TABLE coins ADD COLUMN a integer',
    "ALTER TABLE coins ADD COLUMN a text NOT NULL DEFAULT ''",
    'ALTER TABLE coins ADD CONSTRAINT c CHECK (n > 0) NOT VALID',
    'ALTER TABLE coins VALIDATE CONSTRAINT c',
    '-- contract: nothing has written it since the release before\nALTER TABLE coins DROP COLUMN note',
    'CREATE TABLE tokens (n integer); CREATE INDEX t ON tokens (n)',
  ])('%s is fine', async (sql) => {
    expect(await of(sql)).toEqual([]);
  });
});
