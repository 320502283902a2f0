import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Directory } from '../directory/directory.ts';
import { followDirectory } from '../directory/follow.ts';
import { putPartner } from '../partners/put-partner.ts';
import { createMerchant } from './create-merchant.ts';
import { createStore } from './create-store.ts';
import { createTerminal } from './create-terminal.ts';
import { getMerchant } from './get-merchant.ts';
import { listMerchants } from './list-merchants.ts';
import { setMerchantActive } from './set-merchant-active.ts';

const { db } = await testDatabase(migrations);
const directory = new Directory();
const here = { db, directory };

beforeAll(async () => {
  for (const partnerId of ['sakura', 'siam', 'pearl']) {
    await putPartner(here, { partnerId, displayName: partnerId, countryCode: 'JP' });
  }
});

const signUp = (requestId: string) => ({
  ...{ requestId, displayName: 'Kissa "Hinode", NULL', countryCode: 'JP', city: 'Tokyo' },
  ...{ categoryCode: '5814', currencyCodes: ['JPY', 'USD'] },
});

test('the same request makes the same merchant, another one under its id is refused', async () => {
  const requests = Array.from({ length: 8 }, () => createMerchant(here, 'sakura', signUp('one')));
  const merchants = await Promise.all(requests);
  expect(new Set(merchants.map(({ merchantId }) => merchantId)).size).toBe(1);
  const { merchantId } = merchants[0] ?? { merchantId: '' };
  expect(await getMerchant(here, 'sakura', { merchantId })).toEqual(merchants[0]);
  const other = { ...signUp('one'), city: 'Osaka' };
  await expect(createMerchant(here, 'sakura', other)).rejects.toMatchObject({
    reason: 'IDEMPOTENCY_KEY_REUSED',
  });
  const elsewhere = await createMerchant(here, 'siam', signUp('one'));
  expect(elsewhere.merchantId).not.toBe(merchantId);
});

test('a merchant is nobody else’s business', async () => {
  const { merchantId } = await createMerchant(here, 'sakura', signUp('private'));
  const unknown = { reason: 'MERCHANT_UNKNOWN' };
  await expect(getMerchant(here, 'siam', { merchantId })).rejects.toMatchObject(unknown);
  const close = setMerchantActive(here, 'siam', { merchantId, active: false });
  await expect(close).rejects.toMatchObject(unknown);
  const store = { merchantId, requestId: 's', displayName: 'Ginza' };
  await expect(createStore(here, 'siam', store)).rejects.toMatchObject(unknown);
});

test('stores and terminals belong to one merchant and are made once', async () => {
  const { merchantId } = await createMerchant(here, 'sakura', signUp('places'));
  const request = { merchantId, requestId: 's1', displayName: 'Ginza' };
  const store = await createStore(here, 'sakura', request);
  expect(await createStore(here, 'sakura', request)).toEqual(store);
  await expect(
    createStore(here, 'sakura', { ...request, displayName: 'Ueno' }),
  ).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  const { storeId } = store;
  const asked = { merchantId, storeId, requestId: 't1', label: 'till 1' };
  const terminal = await createTerminal(here, 'sakura', asked);
  expect(await createTerminal(here, 'sakura', asked)).toEqual(terminal);
  const { merchantId: otherId } = await createMerchant(here, 'sakura', signUp('elsewhere'));
  await expect(
    createTerminal(here, 'sakura', { ...asked, merchantId: otherId }),
  ).rejects.toMatchObject({ reason: 'STORE_UNKNOWN' });
  const merchant = await getMerchant(here, 'sakura', { merchantId });
  expect(merchant.stores).toEqual([{ ...store, terminals: [terminal] }]);
  const place = { merchantId, storeId, terminalId: terminal.terminalId };
  expect((await directory.profileOf('sakura', place))?.active).toBe(true);
});

test('pages hold every merchant once, in the order of their ids', async () => {
  const made = await Promise.all(
    Array.from({ length: 7 }, (_, n) => createMerchant(here, 'pearl', signUp(`page-${n}`))),
  );
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await listMerchants(here, 'pearl', { pageSize: 3, pageToken });
    seen.push(...page.merchants.map(({ merchantId }) => merchantId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(seen).toEqual(made.map(({ merchantId }) => merchantId).sort());
  const { nextPageToken } = await listMerchants(here, 'pearl', { pageSize: 3, pageToken: '' });
  const stolen = listMerchants(here, 'siam', { pageSize: 3, pageToken: nextPageToken });
  await expect(stolen).rejects.toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
});

test('another replica knows what was there, and follows what changes', async () => {
  const before = await createMerchant(here, 'sakura', signUp('before'));
  const replica = new Directory();
  const stop = await followDirectory(db, replica, quietRuntime());
  const at = (merchantId: string) =>
    replica.profileOf('sakura', { merchantId, storeId: '', terminalId: '' });
  expect(await replica.isPartner('sakura')).toBe(true);
  expect((await at(before.merchantId))?.active).toBe(true);
  const after = await createMerchant(here, 'sakura', signUp('after'));
  await setMerchantActive(here, 'sakura', { merchantId: before.merchantId, active: false });
  // Nobody waits for the next poll to be found.
  expect((await at(after.merchantId))?.currencyCodes).toEqual(['JPY', 'USD']);
  await vi.waitFor(async () => expect((await at(before.merchantId))?.active).toBe(false), 2_000);
  stop();
});
