import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { fact, migrations } from './fixture.ts';
import { countParked, park, retryParked } from './parked.ts';
import { dropParked, listParked } from './parked-store.ts';

const { db } = await testDatabase(migrations);
const DURABLE = 'inbox';
const failure = { error: new Error('cannot be digested'), tries: 5 };

test('a fact that is given up stays on record, and is neither retried nor counted', async () => {
  const [good, bad] = [fact('good'), fact('bad')];
  for (const each of [good, bad]) await park(db, DURABLE, each, failure);
  const by = { reason: 'settled by hand', operatorId: 'ops' };
  expect(await dropParked(db, DURABLE, bad.factId, by)).toMatchObject({ dropReason: by.reason });
  expect(await dropParked(db, 'another', good.factId, by)).toBeUndefined();
  expect(await countParked(db, DURABLE)).toBe(1);

  const handled: string[] = [];
  const handle = async (facts: { factId: string }[]) => {
    handled.push(...facts.map(({ factId }) => factId));
  };
  expect(await retryParked(db, DURABLE, handle)).toEqual({ handled: 1, failed: 0 });
  expect(handled).toEqual([good.factId]);
  expect(await retryParked(db, DURABLE, handle, bad.factId)).toEqual({ handled: 0, failed: 0 });
  expect(await listParked(db, DURABLE, false, 50)).toEqual([]);

  // It comes again from a replay and fails again: it is given up still, for the first reason.
  await park(db, DURABLE, bad, failure);
  await dropParked(db, DURABLE, bad.factId, { reason: 'another', operatorId: 'else' });
  expect(await listParked(db, DURABLE, true, 50)).toMatchObject([
    { factId: bad.factId, dropReason: by.reason, droppedBy: 'ops', tries: 5 },
  ]);
});
