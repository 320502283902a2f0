import { expect, test } from 'vitest';
import { Directory, type MerchantEntry } from './directory.ts';

const MERCHANT: MerchantEntry = {
  merchantId: 'm1',
  partnerId: 'sakura',
  displayName: 'Kissa Hinode',
  countryCode: 'JP',
  city: 'Tokyo',
  categoryCode: '5814',
  currencyCodes: ['JPY'],
  active: true,
  change: 5n,
};

const place = (storeId = '', terminalId = '', merchantId = 'm1') => ({
  ...{ merchantId, storeId, terminalId },
});

function directory(): Directory {
  const known = new Directory();
  known.learnPartner('sakura');
  known.learnMerchant(MERCHANT);
  known.learnMerchant({ ...MERCHANT, merchantId: 'm2' });
  known.learnStore({ storeId: 's1', merchantId: 'm1' });
  known.learnStore({ storeId: 's2', merchantId: 'm2' });
  known.learnTerminal({ terminalId: 't1', storeId: 's1' });
  return known;
}

test('a profile names the place with what payers see of it', async () => {
  expect(await directory().profileOf('sakura', place('s1', 't1'))).toMatchObject({
    reference: { merchantId: 'm1', storeId: 's1', terminalId: 't1', displayName: 'Kissa Hinode' },
    currencyCodes: ['JPY'],
    active: true,
  });
  expect(await directory().profileOf('sakura', place())).toBeDefined();
});

test('what belongs to somebody else is as unknown as what is not there', async () => {
  const known = directory();
  expect(await known.profileOf('siam', place())).toBeUndefined();
  expect(await known.profileOf('sakura', place('', '', 'm3'))).toBeUndefined();
  expect(await known.profileOf('sakura', place('s2'))).toBeUndefined();
  expect(await known.profileOf('sakura', place('s1', 't2'))).toBeUndefined();
  expect(await known.profileOf('sakura', place('s2', 't1', 'm2'))).toBeUndefined();
});

test('an older change never replaces a newer one', async () => {
  const known = directory();
  known.learnMerchant({ ...MERCHANT, active: false, change: 7n });
  known.learnMerchant({ ...MERCHANT, active: true, change: 6n });
  expect((await known.profileOf('sakura', place()))?.active).toBe(false);
});

test('who is not found is looked for once more', async () => {
  const known = directory();
  let reads = 0;
  known.readAgainBy(async () => {
    reads += 1;
    known.learnPartner('siam');
    known.learnMerchant({ ...MERCHANT, merchantId: 'm3', partnerId: 'siam' });
  });
  expect(await known.isPartner('sakura')).toBe(true);
  expect(reads).toBe(0);
  expect(await known.isPartner('siam')).toBe(true);
  expect(await known.profileOf('siam', place('', '', 'm3'))).toBeDefined();
  expect(reads).toBe(1);
  expect(await known.profileOf('siam', place('', '', 'm4'))).toBeUndefined();
  expect(reads).toBe(2);
});
