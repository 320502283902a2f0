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

test('a profile names the place with what payers see of it', () => {
  expect(directory().profileOf('sakura', place('s1', 't1'))).toMatchObject({
    reference: { merchantId: 'm1', storeId: 's1', terminalId: 't1', displayName: 'Kissa Hinode' },
    currencyCodes: ['JPY'],
    active: true,
  });
  expect(directory().profileOf('sakura', place())).toBeDefined();
});

test('what belongs to somebody else is as unknown as what is not there', () => {
  const known = directory();
  expect(known.profileOf('siam', place())).toBeUndefined();
  expect(known.profileOf('sakura', place('', '', 'm3'))).toBeUndefined();
  expect(known.profileOf('sakura', place('s2'))).toBeUndefined();
  expect(known.profileOf('sakura', place('s1', 't2'))).toBeUndefined();
  expect(known.profileOf('sakura', place('s2', 't1', 'm2'))).toBeUndefined();
});

test('an older change never replaces a newer one', () => {
  const known = directory();
  known.learnMerchant({ ...MERCHANT, active: false, change: 7n });
  known.learnMerchant({ ...MERCHANT, active: true, change: 6n });
  expect(known.profileOf('sakura', place())?.active).toBe(false);
});
