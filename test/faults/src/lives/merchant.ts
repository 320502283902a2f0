import { insist, type Shop, same, type World } from '../../../support/index.ts';

/** Signs a merchant up and makes its code while acquiring dies, and throws unless there is one each. */
export async function merchantSigned(world: World, { partner }: Shop): Promise<void> {
  const request = {
    ...{ requestId: world.id('merchant'), displayName: 'Crash', countryCode: 'JP' },
    ...{ city: 'Tokyo', categoryCode: '5814', currencyCodes: ['JPY'] },
  };
  const sign = () => insist(() => partner.merchants.createMerchant(request));
  const merchantId = (await sign()).merchant?.merchantId ?? '';
  same((await sign()).merchant?.merchantId, merchantId, 'a merchant that was signed again');
  const code = {
    ...{ requestId: world.id('code'), merchantId, storeId: '', terminalId: '' },
    ...{ currencyCode: 'JPY', payeeAmount: undefined, askTip: false },
  };
  for (let time = 0; time < 2; time += 1) {
    await insist(() => partner.codes.createMerchantCode(code));
  }
  const page = { merchantId, pageSize: 100, pageToken: '' };
  const { merchantCodes } = await insist(() => partner.codes.listMerchantCodes(page));
  same(merchantCodes.length, 1, `how many codes ${merchantId} has`);
}
