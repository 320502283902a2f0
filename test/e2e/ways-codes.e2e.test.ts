import { type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { ISSUER, SECOND_ISSUER } from '@causeway/sandbox';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  choosePlainly,
  confirm,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  positionOf,
  reasonOf,
  type Shop,
  scan,
  scanAndPay,
  until,
} from './support/index.ts';

const world = openWorld();

/** Codes of foreign schemes as they hang in shops, all without an amount. */
const CODES = {
  promptPay: '00020101021129370016A0000006770101110113006681234567853037645802TH6304823E',
  sgqr: '00020101021126370009SG.PAYNOW010120210201812345A0301127390011SG.COM.NETS0120231204000000000000015204581253037025802SG5914STALL 17 LAKSA6009SINGAPORE63042D48',
};
const sgd = (amountMinor: bigint) => ({ currencyCode: 'SGD', amountMinor });
const thb = (amountMinor: bigint) => ({ currencyCode: 'THB', amountMinor });

const stateOf = ({ state }: Payment) => PaymentState[state];

describe("a merchant's own code", () => {
  let shop: Shop;
  let payer: Payer;
  beforeAll(async () => {
    [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  });

  const makeCode = async (amountMinor?: bigint) => {
    const { currencyCode, merchantId } = shop;
    const { merchantCode } = await shop.partner.codes.createMerchantCode({
      requestId: world.id('code'),
      ...{ merchantId, storeId: '', terminalId: '', currencyCode, askTip: false },
      payeeAmount: amountMinor === undefined ? undefined : { currencyCode, amountMinor },
    });
    if (merchantCode === undefined) throw new Error('an answer without a code');
    return merchantCode;
  };

  test('is paid as often as it is scanned, each time another payment', async () => {
    const before = await payer.balance();
    const { qrPayload } = await makeCode();
    const fare = { currencyCode: 'JPY', amountMinor: 1_940n };
    const paid = [
      await scanAndPay(payer, qrPayload, fare),
      await scanAndPay(payer, qrPayload, fare),
    ];
    expect(paid.map(stateOf)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(new Set(paid.map(({ paymentId }) => paymentId)).size).toBe(2);
    for (const payment of paid) {
      expect(payment.method).toBe(PaymentMethod.MERCHANT_QR);
      expect(payment.partnerId).toBe(shop.partner.id);
    }
    const spent = paid.reduce((sum, { payerAmount }) => sum + minor(payerAmount), 0n);
    expect(await payer.balance()).toBe(before - spent);
  });

  test('may fix the amount, which nobody can change', async () => {
    const { qrPayload } = await makeCode(880n);
    const shown = await scan(payer, qrPayload);
    const other = { currencyCode: 'JPY', amountMinor: 1n };
    expect(await reasonOf(scan(payer, qrPayload, other))).toBe('AMOUNT_INVALID');
    expect((await confirm(payer, shown)).payeeAmount).toMatchObject({ amountMinor: 880n });
  });

  test('can be taken out of use', async () => {
    const { qrPayload, codeId } = await makeCode(880n);
    await shop.partner.codes.setMerchantCodeActive({ codeId, active: false });
    const refused = await until(
      () => reasonOf(scan(payer, qrPayload)),
      (reason) => reason !== 'accepted',
    );
    expect(refused).toBe('MERCHANT_INACTIVE');
  });
});

describe.concurrent('a code of a foreign scheme', () => {
  beforeAll(() => choosePlainly(world));

  test('is reached over the partner who serves the scheme', async () => {
    const payer = await openPayer(world);
    const paid = await scanAndPay(payer, CODES.promptPay, thb(120_00n));
    expect(stateOf(paid)).toBe('SUCCEEDED');
    expect(paid.partnerId).toBe('siam');
    expect(paid.merchant?.countryCode).toBe('TH');
    expect(paid.partnerReference).toMatch(/^siam-/);
  });

  test('is no code of ours when a digit of it is wrong', async () => {
    const payer = await openPayer(world);
    const broken = CODES.promptPay.replace('66812345678', '66812345679');
    expect(await reasonOf(scan(payer, broken, thb(100n)))).toBe('CODE_UNREADABLE');
  });

  test.each([
    ['small', sgd(6_50n), 'merlion'],
    ['large', sgd(148_00n), 'straits'],
  ])('goes over the cheaper of two partners: a %s amount', async (_, amount, cheaper) => {
    const payer = await openPayer(world);
    const shown = await scan(payer, CODES.sgqr, amount);
    expect(shown.scanned.quotes.map(({ partnerId }) => partnerId).sort()).toEqual([
      'merlion',
      'straits',
    ]);
    const paid = await scanAndPay(payer, CODES.sgqr, amount);
    expect(paid.partnerId).toBe(cheaper);
    const { explanation } = await world.ops.policies.explainRoute({ paymentId: paid.paymentId });
    expect(explanation).toMatchObject({ reproduced: true, chosenRouteId: `${cheaper}-sg` });
    expect(explanation?.candidates).toHaveLength(2);
  });
});

describe('two wallet operators', () => {
  test('pay at one shop by code and by scan, and are settled each for its own', async () => {
    const shop = await openShop(world);
    const operators = [ISSUER.id, SECOND_ISSUER.id];
    const payers = await Promise.all(operators.map((issuerId) => openPayer(world, { issuerId })));
    const before = await Promise.all(operators.map(capturedOf));
    const { merchantCode } = await shop.partner.codes.createMerchantCode({
      requestId: world.id('code'),
      merchantId: shop.merchantId,
      ...{ storeId: '', terminalId: '', currencyCode: 'JPY', askTip: false },
      payeeAmount: { currencyCode: 'JPY', amountMinor: 700n },
    });
    for (const [at, payer] of payers.entries()) {
      const byCode = await pay(world, payer, shop, 1_500n);
      const byScan = await scanAndPay(payer, merchantCode?.qrPayload ?? '');
      expect([byCode, byScan].map(stateOf)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect([byCode.issuerId, byScan.issuerId]).toEqual([payer.issuerId, payer.issuerId]);
      const spent = minor(byCode.payerAmount) + minor(byScan.payerAmount);
      expect(await payer.balance()).toBe(10_000_00n - spent);
      const expected = (before[at] ?? 0n) + spent;
      expect(
        await until(
          () => capturedOf(payer.issuerId),
          (now) => now === expected,
        ),
      ).toBe(expected);
    }
    expect((await positionOf(shop.partner, 'JPY')).captured).toBe(4_400n);
  });

  const capturedOf = async (issuerId: string) =>
    (await positionOf(world.callers.as(issuerId), 'HKD')).captured;
});
