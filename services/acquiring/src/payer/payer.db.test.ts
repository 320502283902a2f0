import {
  AcquiringServiceService,
  AgreementServiceService,
  MerchantCodeServiceService,
  MerchantServiceService,
  OrderPresentation,
  PartnerServiceService,
  PayerServiceService,
  TipRule,
} from '@causeway/proto/acquiring';
import { type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import type * as routing from '@causeway/proto/routing';
import { connect, readTls } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase, testNats } from '@causeway/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { acquiringConfig } from '../config.ts';
import { factOf, paymentIdOf } from '../feed/facts.fixture.ts';
import { start } from '../main.ts';
import { fakeRouting } from '../routing.fixture.ts';
import { mpmWith } from './payloads.fixture.ts';

const [nats, { url }, tlsOf] = await Promise.all([
  testNats(),
  testDatabase(migrations),
  testCertificates([
    { kind: 'service', id: 'routing' },
    { kind: 'service', id: 'acquiring' },
    { kind: 'service', id: 'wallet' },
    { kind: 'issuer', id: 'harbour-wallet' },
    { kind: 'issuer', id: 'peak-wallet' },
    { kind: 'partner', id: 'siam' },
    { kind: 'partner', id: 'sakura' },
    { kind: 'operator', id: 'ops' },
  ]),
]);
const runtime = quietRuntime('acquiring');

/** What routing was asked, newest last, and the orders that it knows. */
let quoted: routing.QuoteRoutesRequest[] = [];
let confirmed: routing.ConfirmPaymentRequest[] = [];
const orders = new Map<string, { payment: Payment; awaitsPayer: boolean }>();
const charged: routing.CreatePaymentRequest[] = [];
const revoked: routing.RevokeAgreementRequest[] = [];
let operatorIsAway = false;

const TOKEN = 'a token of routing’s';

function paymentNamed(name: string): Payment {
  const { payment } = factOf({ name, version: 1n, state: PaymentState.PENDING });
  if (payment === undefined) throw new Error('a fact without its payment');
  return payment;
}

const routingServer = await fakeRouting({
  ...{ runtime, tls: readTls(tlsOf('routing')) },
  handlers: {
    async createOrder(request) {
      const { paymentRequestId, merchant, payeeAmount, method } = request;
      if (merchant === undefined) throw new Refusal('MERCHANT_UNKNOWN', 'no such merchant');
      const expireTime = new Date(runtime.clock.nowMs() + request.ttlSeconds * 1_000);
      const payment = {
        ...{ ...paymentNamed(paymentRequestId), payeeAmount, method, expireTime },
        merchant: merchant.reference,
      };
      const replay = orders.has(payment.paymentId);
      orders.set(payment.paymentId, { payment, awaitsPayer: true });
      return { payment, replay };
    },
    async getPayerPayment({ paymentId }) {
      const found = orders.get(paymentId);
      if (found === undefined) throw new Refusal('PAYMENT_UNKNOWN', 'no such payment');
      return found;
    },
    async quoteRoutes(request) {
      quoted.push(request);
      const payerAmount = { currencyCode: 'HKD', amountMinor: 1_000n };
      const quote = { routeId: 'siam-th', partnerId: 'siam', payerAmount };
      return {
        quotes: [{ ...quote, conversion: undefined, expireTime: undefined, quoteToken: TOKEN }],
      };
    },
    async confirmPayment(request) {
      confirmed.push(request);
      return { payment: paymentNamed('confirmed'), replay: false };
    },
    async createPayment(request) {
      charged.push(request);
      return { payment: paymentNamed(request.paymentRequestId), replay: false };
    },
    async revokeAgreement(request) {
      if (operatorIsAway) throw new Refusal('DEPENDENCY_UNAVAILABLE', 'away');
      revoked.push(request);
      return {};
    },
    reportConfirmation: async () => ({}),
  },
  reasons: {
    ...{ MERCHANT_UNKNOWN: 'NOT_FOUND', PAYMENT_UNKNOWN: 'NOT_FOUND' },
    DEPENDENCY_UNAVAILABLE: 'UNAVAILABLE',
  },
});

const acquiring = await start(
  acquiringConfig({
    DATABASE_URL: url,
    NATS_URL: nats.url,
    TLS_DIR: tlsOf('acquiring'),
    ROUTING_ADDRESS: `127.0.0.1:${routingServer.port}`,
  }),
  runtime,
);

const as = (id: string) => ({
  ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary' as const, defaultDeadlineMs: 5_000 },
  address: `127.0.0.1:${acquiring.port}`,
});
const partners = connect(PartnerServiceService, as('ops'));
const merchants = connect(MerchantServiceService, as('siam'));
const payments = connect(AcquiringServiceService, as('siam'));
const codes = connect(MerchantCodeServiceService, as('siam'));
const agreements = connect(AgreementServiceService, as('siam'));
const otherCodes = connect(MerchantCodeServiceService, as('sakura'));
const otherAgreements = connect(AgreementServiceService, as('sakura'));
const otherPayments = connect(AcquiringServiceService, as('sakura'));
const harbour = connect(PayerServiceService, as('harbour-wallet'));
const peak = connect(PayerServiceService, as('peak-wallet'));
const service = connect(PayerServiceService, as('wallet'));
const intruder = connect(PayerServiceService, as('siam'));
const clients = [
  ...[partners, merchants, payments, codes, agreements, otherCodes, otherAgreements],
  ...[otherPayments, harbour, peak, service, intruder],
];

afterAll(async () => {
  for (const client of clients) client.close();
  await acquiring.drain();
  await routingServer.drain();
});

beforeEach(() => {
  quoted = [];
  confirmed = [];
  operatorIsAway = false;
});

for (const partnerId of ['siam', 'sakura']) {
  await partners.putPartner({
    partner: { partnerId, displayName: partnerId, countryCode: 'TH' },
  });
}
const { merchant } = await merchants.createMerchant({
  ...{ requestId: 'm1', displayName: 'Mango and sticky rice of the river market' },
  ...{ countryCode: 'TH', city: 'Krung Thep Maha Nakhon', categoryCode: '5814' },
  currencyCodes: ['THB'],
});
const merchantId = merchant?.merchantId ?? '';
const baht = (amountMinor: bigint) => ({ currencyCode: 'THB', amountMinor });

const asking = (change: object = {}) => ({
  ...{ requestId: 'c1', merchantId, storeId: '', terminalId: '', currencyCode: 'THB' },
  ...{ payeeAmount: undefined, askTip: false },
  ...change,
});
const ordering = (paymentRequestId: string, change: object = {}) => ({
  ...{ paymentRequestId, merchantId, storeId: '', terminalId: '', payeeAmount: baht(12_050n) },
  ...{ orderDescription: 'two mangoes', ttlSeconds: 0, presentation: OrderPresentation.LINK },
  ...change,
});
const scanning = (payload: string, change: object = {}) => ({
  ...{ issuerId: '', payload, payeeAmount: undefined, tipAmount: undefined },
  ...change,
});
const confirming = (payload: string, change: object = {}) => ({
  ...scanning(payload),
  ...{ walletId: 'w1', paymentRequestId: 'p1', quoteToken: TOKEN },
  ...change,
});
const code = async (change: object) => {
  const { merchantCode } = await codes.createMerchantCode(asking(change));
  if (merchantCode === undefined) throw new Error('an answer without a code');
  return merchantCode;
};

test('only operators’ certificates and services act for payers, each operator for itself', async () => {
  const { qrPayload } = await code({ requestId: 'callers' });
  expect(
    (await service.scanCode(scanning(qrPayload, { issuerId: 'peak-wallet' }))).subject,
  ).toBeDefined();
  const other = scanning(qrPayload, { issuerId: 'peak-wallet' });
  for (const [client, request, reason] of [
    [harbour, other, 'ISSUER_NOT_CALLER'],
    [service, scanning(qrPayload), 'FIELD_INVALID'],
    [intruder, scanning(qrPayload), 'CALLER_NOT_ALLOWED'],
  ] as const) {
    await expect(client.scanCode(request)).rejects.toMatchObject({ reason });
  }
});

test('a code of a merchant is made once, scanned, and paid with the tip that was entered', async () => {
  const made = await Promise.all([1, 2, 3].map(() => code({ requestId: 'tips', askTip: true })));
  expect(new Set(made.map(({ codeId }) => codeId)).size).toBe(1);
  const { qrPayload, codeId } = await code({ requestId: 'tips', askTip: true });
  expect(qrPayload).toContain(`0011hk.causeway0112${codeId}`);

  const open = await harbour.scanCode(scanning(qrPayload));
  expect(open).toMatchObject({
    merchant: { merchantId, displayName: 'Mango and sticky rice of the river market' },
    subject: {
      $case: 'code',
      value: { currencyCode: 'THB', payeeAmount: undefined, tipRule: TipRule.PROMPT, problems: [] },
    },
    quotes: [],
  });
  const entered = { payeeAmount: baht(10_000n), tipAmount: baht(500n) };
  const { paymentRequestId, quotes } = await harbour.scanCode(scanning(qrPayload, entered));
  expect(quotes).toMatchObject([{ partnerId: 'siam', quoteToken: TOKEN }]);
  const targets = [
    {
      ...{ partnerId: 'siam', schemeId: '' },
      merchant: { reference: { merchantId, city: 'Krung Thep Maha Nakhon' }, active: true },
    },
  ];
  expect(quoted).toMatchObject([
    { issuerId: 'harbour-wallet', paymentRequestId, payeeAmount: baht(10_500n), targets },
  ]);
  await harbour.confirmPayment(confirming(qrPayload, { ...entered, paymentRequestId }));
  expect(confirmed).toMatchObject([
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
  const { qrPayload, codeId } = await code({ requestId: 'closed', payeeAmount: baht(4_500n) });
  await codes.setMerchantCodeActive({ codeId, active: false });
  await expect(harbour.scanCode(scanning(qrPayload))).rejects.toMatchObject({
    reason: 'MERCHANT_INACTIVE',
  });
  await harbour.confirmPayment(confirming(qrPayload));
  expect(confirmed[0]?.subject).toMatchObject({
    value: { targets: [{ merchant: { active: false } }] },
  });
  await codes.setMerchantCodeActive({ codeId, active: true });
  expect((await harbour.scanCode(scanning(qrPayload))).quotes).toHaveLength(1);
});

test('a copy of a code with another amount is refused, and so is an amount that it fixes', async () => {
  const fixed = await code({ requestId: 'fixed', payeeAmount: baht(4_500n) });
  const openCode = await code({ requestId: 'open' });
  const forged = mpmWith(fixed.qrPayload, { amount: '1.00' });
  await expect(harbour.scanCode(scanning(forged))).rejects.toMatchObject({
    reason: 'CODE_UNREADABLE',
  });
  for (const entered of [
    { payeeAmount: baht(4_501n) },
    { tipAmount: baht(1n) },
    { payeeAmount: { currencyCode: 'HKD', amountMinor: 4_500n } },
  ]) {
    const request = scanning(fixed.qrPayload, entered);
    await expect(harbour.scanCode(request)).rejects.toMatchObject({ reason: 'AMOUNT_INVALID' });
    const confirmation = confirming(fixed.qrPayload, entered);
    await expect(harbour.confirmPayment(confirmation)).rejects.toMatchObject({
      reason: 'AMOUNT_INVALID',
    });
  }
  await expect(harbour.confirmPayment(confirming(openCode.qrPayload))).rejects.toMatchObject({
    ...{ reason: 'FIELD_INVALID', fields: [{ field: 'payee_amount' }] },
  });
  const foreign = mpmWith(openCode.qrPayload, {
    mai_26: { '00': 'hk.causeway', '01': 'NOBODYMADEIT' },
  });
  await expect(harbour.scanCode(scanning(foreign))).rejects.toMatchObject({
    reason: 'MERCHANT_UNKNOWN',
  });
  expect([quoted, confirmed]).toEqual([[], []]);
});

test('codes are the partner’s own, judged when made, and listed page by page', async () => {
  const { merchant: shop } = await merchants.createMerchant({
    ...{ requestId: 'm2', displayName: 'Shop', countryCode: 'TH', city: 'Bangkok' },
    ...{ categoryCode: '5814', currencyCodes: ['THB', 'USD'] },
  });
  const ofShop = { merchantId: shop?.merchantId ?? '' };
  for (let n = 0; n < 5; n += 1) await code({ ...ofShop, requestId: `page ${n}` });
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
    const request = asking({ ...ofShop, ...change });
    await expect(codes.createMerchantCode(request)).rejects.toMatchObject({ reason });
  }
  expect(
    (await codes.listMerchantCodes({ ...ofShop, pageSize: 0, pageToken })).merchantCodes,
  ).toHaveLength(5);
  await expect(otherCodes.createMerchantCode(asking(ofShop))).rejects.toMatchObject({
    reason: 'MERCHANT_UNKNOWN',
  });
  const stolen = { codeId: seen[0] ?? '', active: false };
  await expect(otherCodes.setMerchantCodeActive(stolen)).rejects.toMatchObject({
    reason: 'MERCHANT_CODE_UNKNOWN',
  });
});

test('an order is reached by its link and by its code, and says what it costs', async () => {
  const { payment, link, qrPayload, replay } = await payments.createOrder(ordering('o1'));
  expect(replay).toBe(false);
  expect(payment?.method).toBe(PaymentMethod.CASHIER);
  expect(link).toBe(`https://pay.causeway.example/o/${payment?.paymentId}`);
  expect(await payments.createOrder(ordering('o1'))).toMatchObject({
    link,
    qrPayload,
    replay: true,
  });
  for (const payload of [link, qrPayload, qrPayload.replace(/.{4}$/, (crc) => crc.toLowerCase())]) {
    const answer = await harbour.scanCode(scanning(payload));
    expect(answer).toMatchObject({
      merchant: { merchantId },
      subject: {
        $case: 'order',
        value: { paymentId: payment?.paymentId, payeeAmount: baht(12_050n) },
      },
      ...{ paymentRequestId: '', quotes: [{ quoteToken: TOKEN }] },
    });
    expect(quoted.at(-1)).toMatchObject({ paymentId: payment?.paymentId, targets: [] });
    await harbour.confirmPayment(confirming(payload, { paymentRequestId: '' }));
    expect(confirmed.at(-1)?.subject).toEqual({ $case: 'paymentId', value: payment?.paymentId });
  }
  const other = scanning(link, { payeeAmount: baht(1n) });
  await expect(harbour.scanCode(other)).rejects.toMatchObject({ reason: 'AMOUNT_INVALID' });
  const shown = await payments.createOrder(
    ordering('o2', { presentation: OrderPresentation.CODE }),
  );
  expect(shown.payment?.method).toBe(PaymentMethod.MERCHANT_QR);
  expect(
    await harbour.getPayerPayment({ issuerId: '', paymentId: payment?.paymentId ?? '' }),
  ).toMatchObject({ payment: { paymentRequestId: 'o1' } });
  await payments.reportConfirmation({ paymentId: payment?.paymentId ?? '' });
});

test('an order that is over, taken or unknown is told apart', async () => {
  const { payment, link } = await payments.createOrder(ordering('o3'));
  const paymentId = payment?.paymentId ?? '';
  const known = orders.get(paymentId);
  if (known === undefined) throw new Error('the order is not there');
  for (const [change, awaitsPayer, reason] of [
    [{ state: PaymentState.CANCELLED }, false, 'ORDER_CLOSED'],
    [{ state: PaymentState.SUCCEEDED }, false, 'ORDER_TAKEN'],
    [{ expireTime: new Date(0) }, true, 'ORDER_CLOSED'],
  ] as const) {
    orders.set(paymentId, { payment: { ...known.payment, ...change }, awaitsPayer });
    await expect(harbour.scanCode(scanning(link))).rejects.toMatchObject({ reason });
  }
  orders.delete(paymentId);
  await expect(harbour.scanCode(scanning(link))).rejects.toMatchObject({
    reason: 'PAYMENT_UNKNOWN',
  });
});

test('an order that is not well formed reaches nobody', async () => {
  const before = orders.size;
  for (const [change, reason] of [
    [{ ttlSeconds: 601 }, 'FIELD_INVALID'],
    [{ ttlSeconds: -1 }, 'FIELD_INVALID'],
    [{ presentation: 7 }, 'FIELD_INVALID'],
    [{ payeeAmount: undefined }, 'FIELD_INVALID'],
    [{ payeeAmount: baht(10n ** 15n) }, 'AMOUNT_INVALID'],
    [{ merchantId: paymentIdOf('nobody') }, 'MERCHANT_UNKNOWN'],
  ] as const) {
    const order = payments.createOrder(ordering('bad', change));
    await expect(order).rejects.toMatchObject({ reason });
  }
  expect(orders.size).toBe(before);
});
