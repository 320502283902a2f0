import { afterEach, expect, test } from 'vitest';
import { Links } from './links.ts';

let links: Links;
afterEach(() => links.close());

test('a link stands between two processes once, and the seeder hands on those of routing', async () => {
  links = new Links(() => 0);
  const address = '127.0.0.1:9';
  const direct = await links.reach({ caller: 'sandbox', callee: 'fx', address });
  expect(direct).toBe(address);
  const handedOn = await links.reach({ caller: 'sandbox', callee: 'wallet', address });
  const own = await links.reach({ caller: 'routing', callee: 'wallet', address });
  expect(own).toBe(handedOn);
  expect(own).not.toBe(address);
  await links.reach({ caller: 'routing', callee: 'postgres', address });
  await links.reach({ caller: 'fx', callee: 'postgres', address });
  expect(links.names('postgres')).toEqual(['routing→postgres', 'fx→postgres']);
  expect(links.names()).toHaveLength(3);
  expect((await links.between('routing', 'wallet')).address).toBe(own);
  expect(() => links.between('fx', 'wallet')).toThrow('no link fx→wallet');
  expect(await links.cut(links.names())).toBe(0);
});
