import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ITEM_COLUMNS } from '@causeway/clearing';
import { expect, test } from 'vitest';
import { FEE_COLUMNS } from './csv/fees.ts';
import { SETTLEMENT_COLUMNS } from './csv/settlement.ts';
import { SUMMARY_COLUMNS } from './csv/summary.ts';

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

test.each([
  ['items.csv', ITEM_COLUMNS],
  ['fees.csv', FEE_COLUMNS],
  ['summary.csv', SUMMARY_COLUMNS],
  ['settlement.csv', SETTLEMENT_COLUMNS],
])('the columns of %s are documented, in their order', (name, columns) => {
  const section = README.split(`### ${name}\n`)[1]?.split('\n#')[0] ?? '';
  const told = [...section.matchAll(/^\| `(\w+)`\s*\| (.*?)\s*\|$/gm)];
  expect(told.map(([, column, holds]) => ({ name: column, holds }))).toEqual(
    columns.map(({ name: column, holds }) => ({ name: column, holds })),
  );
});
