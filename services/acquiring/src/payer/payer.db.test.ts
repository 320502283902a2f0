import { TipRule } from '@causeway/proto/acquiring';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { baht, startShop, TOKEN } from '../shop.fixture.ts';
import { mpmWith } from './payloads.fixture.ts';

const shop = await startShop();
const { asked, payers, codes, merchantId } = shop;

afterAll(() => shop.stop());
beforeEach(() => asked.forget());

test('only operators’ certificates and services act for payers, each operator for itself', async () => {
  const { qrPayload } = await shop.code({ requestId: 'callers' });
  expect(
    (await payers.service.scanCode(shop.scanning(qrPayload, { issuerId: 'peak-wallet' }))).subject,
  ).toBeDefined();
  const other = shop.scanning(qrPayload, { issuerId: 'peak-wallet' });
  for (const [client, request, reason] of [
    [payers.harbour, other, 'ISSUER_NOT_CALLER'],
    [payers.service, shop.scanning(qrPayload), 'FIELD_INVALID'],
    [payers.intruder, shop.scanning(qrPayload), 'CALLER_NOT_ALLOWED'],
  ] as const) {
    await expect(client.scanCode(request)).rejects.toMatchObject({ reason });
  }
});

test('a code of a merchant is made once, scanned, and paid with the tip that was entered', async () => {
  const made = await Promise.all(
    [1, 2, 3].map(() => shop.code({ requestId: 'tips', askTip: true })),
  );
  expect(new Set(made.map(({ codeId }) => codeId)).size).toBe(1);
  const { qrPayload, codeId } = await shop.code({ requestId: 'tips', askTip: true });
  expect(qrPayload).toContain(`0011hk.causeway0112${codeId}`);

  const open = await payers.harbour.scanCode(shop.scanning(qrPayload));
  expect(open).toMatchObject({
    merchant: { merchantId, displayName: 'Mango and sticky rice of the river market' },
    subject: {
      $case: 'code',
      value: { currencyCode: 'THB', payeeAmount: undefined, tipRule: TipRule.PROMPT, problems: [] },
    },
    quotes: [],
  });
  const entered = { payeeAmount: baht(10_000n), tipAmount: baht(500n) };
  const { paymentRequestId, quotes } = await payers.harbour.scanCode(
    shop.scanning(qrPayload, entered),
  );
  expect(quotes).toMatchObject([{ partnerId: 'siam', quoteToken: TOKEN }]);
  const targets = [
    {
      ...{ partnerId: 'siam', schemeId: '' },
      merchant: { reference: { merchantId, city: 'Krung Thep Maha Nakhon' }, active: true },
    },
  ];
  expect(asked.quoted).toMatchObject([
    { issuerId: 'harbour-wallet', paymentRequestId, payeeAmount: baht(10_500n), targets },
  ]);
  await payers.harbour.confirmPayment(shop.confirming(qrPayload, { ...entered, paymentRequestId }));
  expect(asked.confirmed).toMatchObject([
    {
      ...{ issuerId: 'harbour-wallet', walletId: 'w1', quoteToken: TOKEN },
      subject: {
        $case: 'scanned',
        value: { paymentRequestId, payeeAmount: baht(10_500n), tipAmount: baht(500n), targets },
      },
    },
  ]);
});

test('a code that is out of use is scanned no more, and routing judges its confirmation', async () => {
  const { qrPayload, codeId } = await shop.code({ requestId: 'closed', payeeAmount: baht(4_500n) });
  await codes.setMerchantCodeActive({ codeId, active: false });
  await expect(payers.harbour.scanCode(shop.scanning(qrPayload))).rejects.toMatchObject({
    reason: 'MERCHANT_INACTIVE',
  });
  await payers.harbour.confirmPayment(shop.confirming(qrPayload));
  expect(asked.confirmed[0]?.subject).toMatchObject({
    value: { targets: [{ merchant: { active: false } }] },
  });
  await codes.setMerchantCodeActive({ codeId, active: true });
  expect((await payers.harbour.scanCode(shop.scanning(qrPayload))).quotes).toHaveLength(1);
});

test('a copy of a code with another amount is refused, and so is an amount that it fixes', async () => {
  const fixed = await shop.code({ requestId: 'fixed', payeeAmount: baht(4_500n) });
  const openCode = await shop.code({ requestId: 'open' });
  const forged = mpmWith(fixed.qrPayload, { amount: '1.00' });
  await expect(payers.harbour.scanCode(shop.scanning(forged))).rejects.toMatchObject({
    reason: 'CODE_UNREADABLE',
  });
  for (const entered of [
    { payeeAmount: baht(4_501n) },
    { tipAmount: baht(1n) },
    { payeeAmount: { currencyCode: 'HKD', amountMinor: 4_500n } },
  ]) {
    const request = shop.scanning(fixed.qrPayload, entered);
    await expect(payers.harbour.scanCode(request)).rejects.toMatchObject({
      reason: 'AMOUNT_INVALID',
    });
    const confirmation = shop.confirming(fixed.qrPayload, entered);
    await expect(payers.harbour.confirmPayment(confirmation)).rejects.toMatchObject({
      reason: 'AMOUNT_INVALID',
    });
  }
  await expect(
    payers.harbour.confirmPayment(shop.confirming(openCode.qrPayload)),
  ).rejects.toMatchObject({
    ...{ reason: 'FIELD_INVALID', fields: [{ field: 'payee_amount' }] },
  });
  const foreign = mpmWith(openCode.qrPayload, {
    mai_26: { '00': 'hk.causeway', '01': 'NOBODYMADEIT' },
  });
  await expect(payers.harbour.scanCode(shop.scanning(foreign))).rejects.toMatchObject({
    reason: 'MERCHANT_UNKNOWN',
  });
  expect([asked.quoted, asked.confirmed]).toEqual([[], []]);
});
