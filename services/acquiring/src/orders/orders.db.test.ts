import { OrderPresentation } from '@causeway/proto/acquiring';
import { PaymentMethod, PaymentState } from '@causeway/proto/common';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { paymentIdOf } from '../feed/facts.fixture.ts';
import { baht, startShop, TOKEN } from '../shop.fixture.ts';

const shop = await startShop();
const { asked, payers, payments, merchantId } = shop;

afterAll(() => shop.stop());
beforeEach(() => asked.forget());

test('an order is reached by its link and by its code, and says what it costs', async () => {
  const { payment, link, qrPayload, replay } = await payments.createOrder(shop.ordering('o1'));
  expect(replay).toBe(false);
  expect(payment?.method).toBe(PaymentMethod.CASHIER);
  expect(link).toContain(`https://pay.causeway.example/o/${payment?.paymentId}.`);
  expect(await payments.createOrder(shop.ordering('o1'))).toMatchObject({
    link,
    qrPayload,
    replay: true,
  });
  for (const payload of [link, qrPayload, qrPayload.replace(/.{4}$/, (crc) => crc.toLowerCase())]) {
    const answer = await payers.harbour.scanCode(shop.scanning(payload));
    expect(answer).toMatchObject({
      merchant: { merchantId },
      subject: {
        $case: 'order',
        value: { paymentId: payment?.paymentId, payeeAmount: baht(12_050n) },
      },
      ...{ paymentRequestId: '', quotes: [{ quoteToken: TOKEN }] },
    });
    expect(asked.quoted.at(-1)).toMatchObject({ paymentId: payment?.paymentId, targets: [] });
    await payers.harbour.confirmPayment(shop.confirming(payload, { paymentRequestId: '' }));
    expect(asked.confirmed.at(-1)?.subject).toEqual({
      $case: 'paymentId',
      value: payment?.paymentId,
    });
  }
  const other = shop.scanning(link, { payeeAmount: baht(1n) });
  await expect(payers.harbour.scanCode(other)).rejects.toMatchObject({ reason: 'AMOUNT_INVALID' });
  const shown = await payments.createOrder(
    shop.ordering('o2', { presentation: OrderPresentation.CODE }),
  );
  expect(shown.payment?.method).toBe(PaymentMethod.MERCHANT_QR);
  expect(
    await payers.harbour.getPayerPayment({ issuerId: '', paymentId: payment?.paymentId ?? '' }),
  ).toMatchObject({ payment: { paymentRequestId: 'o1' } });
  await payments.reportConfirmation({ paymentId: payment?.paymentId ?? '' });
});

test('an order that is over, taken or unknown is told apart', async () => {
  const { payment, link } = await payments.createOrder(shop.ordering('o3'));
  const paymentId = payment?.paymentId ?? '';
  const known = asked.orders.get(paymentId);
  if (known === undefined) throw new Error('the order is not there');
  for (const [change, awaitsPayer, reason] of [
    [{ state: PaymentState.CANCELLED }, false, 'ORDER_CLOSED'],
    [{ state: PaymentState.SUCCEEDED }, false, 'ORDER_TAKEN'],
    [{ expireTime: new Date(0) }, true, 'ORDER_CLOSED'],
  ] as const) {
    asked.orders.set(paymentId, { payment: { ...known.payment, ...change }, awaitsPayer });
    await expect(payers.harbour.scanCode(shop.scanning(link))).rejects.toMatchObject({ reason });
  }
  asked.orders.delete(paymentId);
  await expect(payers.harbour.scanCode(shop.scanning(link))).rejects.toMatchObject({
    reason: 'PAYMENT_UNKNOWN',
  });
});

test('an order that was cancelled before it came leads nowhere', async () => {
  const answer = await payments.createOrder(shop.ordering('cancelled before'));
  expect(answer).toMatchObject({ link: '', qrPayload: '', replay: true });
  expect(answer.payment?.state).toBe(PaymentState.CANCELLED);
});

test('an order that is not well formed reaches nobody', async () => {
  const before = asked.orders.size;
  for (const [change, reason] of [
    [{ ttlSeconds: 601 }, 'FIELD_INVALID'],
    [{ ttlSeconds: -1 }, 'FIELD_INVALID'],
    [{ presentation: 7 }, 'FIELD_INVALID'],
    [{ payeeAmount: undefined }, 'FIELD_INVALID'],
    [{ payeeAmount: baht(10n ** 15n) }, 'AMOUNT_INVALID'],
    [{ merchantId: paymentIdOf('nobody') }, 'MERCHANT_UNKNOWN'],
  ] as const) {
    const order = payments.createOrder(shop.ordering('bad', change));
    await expect(order).rejects.toMatchObject({ reason });
  }
  expect(asked.orders.size).toBe(before);
});
