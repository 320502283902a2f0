import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { assertDistributed, distribute } from './distribute.ts';

const coins = {
  name: '0001_coins',
  sql: 'CREATE TABLE coins (lane smallint, n integer, PRIMARY KEY (lane, n))',
};
const plan = { byLane: ['coins'], everywhere: [], here: [] };

test('a plain Postgres is refused before anything is changed', async () => {
  const { db } = await testDatabase([coins]);
  await expect(distribute(db, plan)).rejects.toThrow('asks for a Citus cluster');
  await expect(assertDistributed(db, plan)).rejects.toThrow('asks for a Citus cluster');
});
