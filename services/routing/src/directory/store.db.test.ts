import { DeclineReason } from '@causeway/proto/common';
import { RefusalClass } from '@causeway/proto/routing';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { routeTo } from '../testing/world.fixture.ts';
import { Directory } from './directory.ts';
import { putRoute } from './put.ts';
import { DirectoryStore } from './store.ts';

const { db } = await testDatabase(migrations);
const store = new DirectoryStore(db);

const issuer = (issuerId: string, ...codePrefixes: string[]) => ({
  issuerId,
  displayName: issuerId,
  currencyCode: 'HKD',
  countryCode: 'HK',
  codePrefixes,
  address: '127.0.0.1:1',
  clearing: { timeZone: 'Asia/Hong_Kong', cutOffSeconds: 0 },
});

test('a prefix belongs to one wallet operator, with all that begins like it', async () => {
  expect(await store.putIssuer(issuer('first', '852101'))).toBeUndefined();
  for (const prefix of ['852101', '8521', '8521017']) {
    expect(await store.putIssuer(issuer('second', '900000', prefix)), prefix).toBe('first');
  }
  expect((await store.issuers()).map(({ issuerId }) => issuerId)).toEqual(['first']);
  expect(await store.putIssuer(issuer('first', '852101', '8521'))).toBeUndefined();
  expect(await store.putIssuer(issuer('second', '852201'))).toBeUndefined();
});

test('a route comes back as it was stored, and as it was changed', async () => {
  const route = routeTo('sakura-jp', {
    ...{ schemeIds: ['jp.test'], connectorAddress: 'partner:1', maxInFlight: 8 },
    fees: { partnerBps: 60, partnerFixedMinor: 5n, schemeBps: 10 },
    refusalRules: [
      {
        ...{ refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE },
        declineReason: DeclineReason.PARTNER_UNAVAILABLE,
      },
    ],
  });
  expect(await store.putRoute(route)).toBe(true);
  expect(await store.routes()).toEqual([route]);
  const changed = routeTo('sakura-jp', { connectorAddress: 'partner:2' });
  expect(await store.putRoute(changed)).toBe(true);
  expect(await store.routes()).toEqual([changed]);
});

test.each([
  ['route.partner_id', { partnerId: 'hinata', connectorAddress: 'partner:1' }],
  ['route.connector_address', { connectorAddress: '' }],
])('a route that payments may be on keeps its %s', async (field, changes) => {
  const route = routeTo('kept', { connectorAddress: 'partner:1' });
  const directory = new Directory(store, quietRuntime('routing'));
  await putRoute(store, directory, route);
  await expect(putRoute(store, directory, routeTo('kept', changes))).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
    fields: [{ field }],
  });
  expect(await store.routes()).toContainEqual(route);
});
