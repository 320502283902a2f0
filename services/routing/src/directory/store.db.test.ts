import { DeclineReason } from '@causeway/proto/common';
import { RefusalClass } from '@causeway/proto/routing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { routeTo } from '../testing/world.fixture.ts';
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
  await store.putRoute(route);
  expect(await store.routes()).toEqual([route]);
  const changed = routeTo('sakura-jp');
  await store.putRoute(changed);
  expect(await store.routes()).toEqual([changed]);
});
