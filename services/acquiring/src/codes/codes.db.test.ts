import { afterAll, expect, test } from 'vitest';
import { paymentIdOf } from '../feed/facts.fixture.ts';
import { baht, startShop } from '../shop.fixture.ts';

const shop = await startShop();
const { codes, others, merchants, merchantId } = shop;

afterAll(() => shop.stop());

test('codes are the partner’s own, judged when made, and listed page by page', async () => {
  const { merchant: sold } = await merchants.createMerchant({
    ...{ requestId: 'm2', displayName: 'Shop', countryCode: 'TH', city: 'Bangkok' },
    ...{ categoryCode: '5814', currencyCodes: ['THB', 'USD'] },
  });
  const ofShop = { merchantId: sold?.merchantId ?? '' };
  for (let n = 0; n < 5; n += 1) await shop.code({ ...ofShop, requestId: `page ${n}` });
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await codes.listMerchantCodes({ ...ofShop, pageSize: 2, pageToken });
    seen.push(...page.merchantCodes.map(({ codeId }) => codeId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(seen).toHaveLength(5);
  expect(seen).toEqual(seen.toSorted());

  for (const [change, reason] of [
    [{ requestId: 'page 1', askTip: true }, 'IDEMPOTENCY_KEY_REUSED'],
    [{ requestId: 'page 1', payeeAmount: baht(1n) }, 'IDEMPOTENCY_KEY_REUSED'],
    [{ currencyCode: 'HKD' }, 'FIELD_INVALID'],
    [{ currencyCode: 'ZZZ' }, 'CURRENCY_UNKNOWN'],
    [{ payeeAmount: { currencyCode: 'USD', amountMinor: 5n } }, 'AMOUNT_INVALID'],
    [{ payeeAmount: baht(10n ** 15n) }, 'AMOUNT_INVALID'],
    [{ storeId: merchantId }, 'MERCHANT_UNKNOWN'],
    [{ merchantId: paymentIdOf('nobody') }, 'MERCHANT_UNKNOWN'],
  ] as const) {
    const request = shop.coding({ ...ofShop, ...change });
    await expect(codes.createMerchantCode(request)).rejects.toMatchObject({ reason });
  }
  expect(
    (await codes.listMerchantCodes({ ...ofShop, pageSize: 0, pageToken })).merchantCodes,
  ).toHaveLength(5);
  await expect(others.codes.createMerchantCode(shop.coding(ofShop))).rejects.toMatchObject({
    reason: 'MERCHANT_UNKNOWN',
  });
  const stolen = { codeId: seen[0] ?? '', active: false };
  await expect(others.codes.setMerchantCodeActive(stolen)).rejects.toMatchObject({
    reason: 'MERCHANT_CODE_UNKNOWN',
  });
});
