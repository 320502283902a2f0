import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { positionsOff } from './audit.fixture.ts';
import { factsOf } from './facts.fixture.ts';
import { rebuildExposures } from './rebuild.ts';
import { takeFacts } from './take-facts.ts';

const { db } = await testDatabase(migrations);
const refunds = [{ payeeMinor: 500n, midMinor: 2_503n }];
const FACTS = [
  ...factsOf({ name: 'a', payeeMinor: 1_280n, midMinor: 6_406n }),
  ...factsOf({ name: 'b', payee: 'THB', payeeMinor: 900n, midMinor: 200n, refunds: [] }),
  ...factsOf({ name: 'c', payeeMinor: 1_280n, midMinor: 6_406n, refunds }),
];

async function* pages() {
  yield { payloads: FACTS.map(({ payload }) => Buffer.from(payload)) };
}

async function rebuilt() {
  let last: { repairedCount: bigint; done: boolean } | undefined;
  for await (const step of rebuildExposures(db, pages())) last = step;
  return last;
}

test('positions are made from nothing, put right where they are wrong, and else left', async () => {
  await takeFacts(db, FACTS.slice(0, 1));
  const first = await rebuilt();
  expect(first?.done).toBe(true);
  expect(first?.repairedCount).toBeGreaterThan(0n);
  expect(await positionsOff(db)).toEqual([]);
  expect(await rebuilt()).toMatchObject({ repairedCount: 0n });

  await db.query(
    "UPDATE exposures SET payee_open = payee_open + 7 WHERE payee_currency_code = 'JPY'",
    [],
  );
  await db.query("DELETE FROM exposures WHERE payee_currency_code = 'THB'", []);
  expect(await positionsOff(db)).not.toEqual([]);
  expect(await rebuilt()).toMatchObject({ repairedCount: 2n });
  expect(await positionsOff(db)).toEqual([]);
});
