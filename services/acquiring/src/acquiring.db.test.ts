import { connectNats, enqueue, eventQueueSql, startPublisher } from '@causeway/events';
import {
  AcquiringServiceService,
  type CreatePaymentRequest,
  type CreatePaymentsRequest,
  MerchantServiceService,
  PartnerServiceService,
  WebhookServiceService,
} from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import type * as routing from '@causeway/proto/routing';
import { connect, readTls } from '@causeway/rpc';
import { laneOf, Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase, testNats } from '@causeway/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { acquiringConfig } from './config.ts';
import { encodedFact, factOf, paymentIdOf } from './feed/facts.fixture.ts';
import { start } from './main.ts';
import { fakeRouting } from './routing.fixture.ts';

const [nats, { url }, { db: queue }, tlsOf] = await Promise.all([
  testNats(),
  testDatabase(migrations),
  testDatabase([{ name: '0001_queue', sql: eventQueueSql }]),
  testCertificates([
    { kind: 'service', id: 'routing' },
    { kind: 'service', id: 'acquiring' },
    { kind: 'partner', id: 'sakura' },
    { kind: 'partner', id: 'stranger' },
    { kind: 'operator', id: 'ops' },
  ]),
]);
const runtime = quietRuntime('acquiring');

/** Stands in for routing: remembers what it was asked, and says of a payment what its id says. */
const asked: routing.CreatePaymentRequest[] = [];
let defects = 0;
async function createPayment(request: routing.CreatePaymentRequest) {
  asked.push(request);
  const { paymentRequestId } = request;
  if (paymentRequestId.startsWith('slow')) await runtime.timers.sleep(300);
  if (paymentRequestId === 'defect' && defects++ === 0) throw new Error('the first time it breaks');
  if (request.merchant === undefined) throw new Refusal('MERCHANT_UNKNOWN', 'no such merchant');
  const { payment } = factOf({ name: paymentRequestId, version: 2n });
  return { payment, replay: false };
}
const routingServer = await fakeRouting({
  ...{ runtime, tls: readTls(tlsOf('routing')), handlers: { createPayment } },
  reasons: { MERCHANT_UNKNOWN: 'NOT_FOUND' },
});

const config = acquiringConfig({
  DATABASE_URL: url,
  NATS_URL: nats.url,
  TLS_DIR: tlsOf('acquiring'),
  ROUTING_ADDRESS: `127.0.0.1:${routingServer.port}`,
  WEBHOOK_SECRET_KEYS: `k1:${'0a'.repeat(32)}`,
  PAY_LINK_KEYS: `k1:${'0b'.repeat(32)}`,
});
const acquiring = await start(config, runtime);

const toAcquiring = (id: string) => ({
  ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary' as const, defaultDeadlineMs: 5_000 },
  address: `127.0.0.1:${acquiring.port}`,
});
const payments = connect(AcquiringServiceService, toAcquiring('sakura'));
const merchants = connect(MerchantServiceService, toAcquiring('sakura'));
const webhooks = connect(WebhookServiceService, toAcquiring('sakura'));
const partners = connect(PartnerServiceService, toAcquiring('ops'));
const stranger = connect(AcquiringServiceService, toAcquiring('stranger'));
const intruder = connect(PartnerServiceService, toAcquiring('sakura'));

afterAll(async () => {
  for (const client of [payments, merchants, webhooks, partners, stranger, intruder]) {
    client.close();
  }
  await acquiring.drain();
  await routingServer.drain();
});

const sakura = { partnerId: 'sakura', displayName: 'Sakura Acquiring', countryCode: 'JP' };
const { partner } = await partners.putPartner({ partner: sakura });
const { merchant } = await merchants.createMerchant({
  ...{ requestId: 'm1', displayName: 'Kissa Hinode', countryCode: 'JP', city: 'Tokyo' },
  ...{ categoryCode: '5814', currencyCodes: ['JPY'] },
});

const paying = (paymentRequestId: string, change: object = {}): CreatePaymentRequest => ({
  ...{ paymentRequestId, paymentCode: '852101020012345678901234', storeId: '', terminalId: '' },
  merchantId: merchant?.merchantId ?? '',
  payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
  orderDescription: '',
  agreementId: '',
  ...change,
});

test('operators enter partners, and partners enter nobody', async () => {
  expect(partner).toEqual(sakura);
  expect(await partners.listPartners({})).toEqual({ partners: [sakura] });
  await expect(intruder.putPartner({ partner: sakura })).rejects.toMatchObject({
    reason: 'CALLER_NOT_ALLOWED',
  });
  await expect(stranger.createPayment(paying('p'))).rejects.toMatchObject({
    reason: 'PARTNER_UNKNOWN',
  });
});

test('an operator asks for a partner by its name, and a partner only for itself', async () => {
  const operator = connect(AcquiringServiceService, toAcquiring('ops'));
  const hooks = connect(WebhookServiceService, toAcquiring('ops'));
  const page = { pageSize: 0, pageToken: '', merchantId: '', state: PaymentState.UNSPECIFIED };
  expect(await operator.listPayments({ ...page, partnerId: 'sakura' })).toMatchObject({
    payments: [],
  });
  expect(await hooks.listWebhooks({ partnerId: 'sakura' })).toEqual({ webhooks: [] });
  for (const partnerId of ['nobody', undefined]) {
    await expect(operator.listPayments({ ...page, partnerId })).rejects.toMatchObject({
      reason: 'PARTNER_UNKNOWN',
    });
  }
  const key = { $case: 'paymentRequestId' as const, value: 'p1' };
  await expect(stranger.getPayment({ key, partnerId: 'sakura' })).rejects.toMatchObject({
    reason: 'PARTNER_UNKNOWN',
  });
  await expect(operator.createPayment(paying('p'))).rejects.toMatchObject({
    reason: 'CALLER_NOT_ALLOWED',
  });
  operator.close();
  hooks.close();
});

test('routing gets the partner of the certificate and the merchant of the directory', async () => {
  const { payment } = await payments.createPayment(paying('p1'));
  expect(payment?.paymentId).toBe(paymentIdOf('p1'));
  expect(asked.at(-1)).toMatchObject({
    partnerId: 'sakura',
    paymentRequestId: 'p1',
    merchant: {
      reference: { displayName: 'Kissa Hinode', countryCode: 'JP' },
      currencyCodes: ['JPY'],
      active: true,
    },
  });
});

test('a merchant that nobody knows is routing’s to refuse, after it looked for the key', async () => {
  const merchantId = paymentIdOf('no merchant');
  const refused = payments.createPayment(paying('p2', { merchantId }));
  await expect(refused).rejects.toMatchObject({ reason: 'MERCHANT_UNKNOWN' });
  expect(asked.at(-1)).toMatchObject({ paymentRequestId: 'p2', merchantId, merchant: undefined });
});

test('bad syntax reaches nobody', async () => {
  const before = asked.length;
  const refused = payments.createPayment(paying('', { paymentCode: 'x' }));
  await expect(refused).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
    fields: [{ field: 'payment_request_id' }, { field: 'payment_code' }],
  });
  expect(asked).toHaveLength(before);
});

test('a call that broke without an answer is made again under the same key', async () => {
  const { payment } = await payments.createPayment(paying('defect'));
  expect(payment?.paymentId).toBe(paymentIdOf('defect'));
  expect(asked.filter(({ paymentRequestId }) => paymentRequestId === 'defect')).toHaveLength(2);
});

test('a stream answers each payment when it is ready, refusals included', async () => {
  async function* requests(): AsyncGenerator<CreatePaymentsRequest> {
    yield { payment: paying('slow-1') };
    yield { payment: paying('bad', { payeeAmount: { currencyCode: 'ZZZ', amountMinor: 1n } }) };
    yield { payment: undefined };
    yield { payment: paying('quick-1') };
  }
  const answers: string[] = [];
  for await (const { paymentRequestId, outcome } of payments.createPayments(requests())) {
    const said =
      outcome?.$case === 'error' ? `${outcome.value.code} ${outcome.value.reason}` : outcome?.$case;
    answers.push(`${paymentRequestId}: ${said}`);
  }
  expect(answers.toSorted()).toEqual([
    ': 3 FIELD_INVALID',
    'bad: 3 CURRENCY_UNKNOWN',
    'quick-1: created',
    'slow-1: created',
  ]);
  expect(answers.at(-1)).toBe('slow-1: created');
});

test('webhooks are a partner’s own, and lead nowhere inside', async () => {
  const wanted = {
    webhookId: 'main',
    url: 'https://hooks.example.com/',
    kinds: [],
    enabled: false,
  };
  const put = (change: object = {}) =>
    webhooks.putWebhook({
      webhook: { ...wanted, createTime: undefined, waitingCount: 0n, ...change },
    });
  await expect(put({ url: 'https://127.0.0.1/' })).rejects.toMatchObject({
    reason: 'TARGET_FORBIDDEN',
  });
  await expect(put({ url: 'http://hooks.example.com/' })).rejects.toMatchObject({
    reason: 'FIELD_INVALID',
  });
  const { secret } = await put();
  expect(secret).toMatch(/^whsec_/);
  expect(await webhooks.listWebhooks({})).toMatchObject({ webhooks: [wanted] });
  const rotated = await webhooks.rotateWebhookSecret({ webhookId: 'main' });
  expect(rotated.secret).not.toBe(secret);
  await webhooks.deleteWebhook({ webhookId: 'main' });
  expect(await webhooks.listWebhooks({})).toEqual({ webhooks: [] });
});

test('facts reach the list and those who watch', async () => {
  const natsClient = connectNats({ url: nats.url, runtime });
  const { factId } = factOf({ name: 'p1', version: 2n });
  const fact = {
    ...{ lane: laneOf(factId), factId, payload: encodedFact({ name: 'p1', version: 2n }) },
    subject: 'causeway.routing.payment.succeeded.v1',
  };
  const publisher = startPublisher({
    ...{ db: queue, nats: natsClient, runtime },
    history: async () => [fact],
    stream: { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] },
  });
  const watch = payments.watchPayments({ cursor: '' })[Symbol.asyncIterator]();
  const next = watch.next();
  await enqueue(queue, [{ lane: fact.lane, aboutId: factId, version: 2 }]);
  publisher.notify();
  expect((await next).value).toMatchObject({
    kind: 'payment.succeeded',
    payment: { paymentId: paymentIdOf('p1'), version: 2n },
  });
  await vi.waitFor(async () => {
    const page = { pageSize: 0, pageToken: '', merchantId: '', state: 0 };
    expect((await payments.listPayments(page)).payments).toHaveLength(1);
  });
  await watch.return?.();
  await publisher.stop();
  await natsClient.close();
});
