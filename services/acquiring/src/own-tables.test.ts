import { expect, test } from 'vitest';
import { ownTables } from './own-tables.ts';
import { PartnerLimit } from './partner-limit.ts';

const tables = () => ownTables(new PartnerLimit('calls', 2, 100));
const never = () => new Promise<never>(() => {});

test('a partner that asks for too much at once is in nobody’s way but its own', async () => {
  const ask = tables();
  for (let n = 0; n < 2; n += 1) void ask('sakura', never);
  await expect(ask('sakura', async () => 1)).rejects.toMatchObject({ reason: 'OVERLOADED' });
  expect(await ask('siam', async () => 1)).toBe(1);
});

test('whatever came of a call, the next one finds its place free', async () => {
  const ask = tables();
  const broken = async () => {
    throw new Error('a defect');
  };
  for (let n = 0; n < 5; n += 1) await expect(ask('sakura', broken)).rejects.toThrow('a defect');
  expect(await ask('sakura', async () => 1)).toBe(1);
});

test('a database that cannot be reached is no defect: the caller shall come back', async () => {
  const unreachable = async () => {
    throw new Error('timeout exceeded when trying to connect');
  };
  await expect(tables()('sakura', unreachable)).rejects.toMatchObject({
    reason: 'DEPENDENCY_UNAVAILABLE',
    retryAfterMs: 500,
  });
});
