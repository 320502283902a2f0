import {
  AcquiringServiceService,
  AgreementServiceService,
  type MerchantCode,
  MerchantCodeServiceService,
  MerchantServiceService,
  OrderPresentation,
  PartnerServiceService,
  PayerServiceService,
} from '@causeway/proto/acquiring';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type * as routing from '@causeway/proto/routing';
import { connect, readTls } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase, testNats } from '@causeway/testing';
import { migrations } from '../migrations/index.ts';
import { acquiringConfig } from './config.ts';
import { factOf } from './feed/facts.fixture.ts';
import { start } from './main.ts';
import { fakeRouting } from './routing.fixture.ts';

/** The token of every quote of the routing that stands in. */
export const TOKEN = 'a token of routing’s';

/** What the routing that stands in was asked, newest last, and what it knows. */
export class RoutingRecord {
  quoted: routing.QuoteRoutesRequest[] = [];
  confirmed: routing.ConfirmPaymentRequest[] = [];
  charged: routing.CreatePaymentRequest[] = [];
  revoked: routing.RevokeAgreementRequest[] = [];
  /** Whether wallet operators cannot be reached. */
  operatorsAreAway = false;
  readonly orders = new Map<string, { payment: Payment; awaitsPayer: boolean }>();

  /** Forgets what it was asked; orders stay. */
  forget(): void {
    this.quoted = [];
    this.confirmed = [];
    this.charged = [];
    this.revoked = [];
    this.operatorsAreAway = false;
  }
}

export const baht = (amountMinor: bigint) => ({ currencyCode: 'THB', amountMinor });

/**
 * The whole service on a database of its own, before a routing that stands in, with a merchant of
 * the partner `siam` in Bangkok, and everybody's way to it.
 */
export async function startShop() {
  const [nats, { url }, tlsOf] = await Promise.all([
    testNats(),
    testDatabase(migrations),
    testCertificates([
      ...(['routing', 'acquiring', 'wallet'] as const).map((id) => ({
        ...{ kind: 'service' as const, id },
      })),
      { kind: 'issuer', id: 'harbour-wallet' },
      { kind: 'issuer', id: 'peak-wallet' },
      { kind: 'partner', id: 'siam' },
      { kind: 'partner', id: 'sakura' },
      { kind: 'operator', id: 'ops' },
    ]),
  ]);
  const runtime = quietRuntime('acquiring');
  const asked = new RoutingRecord();
  const routingServer = await fakeRouting({
    ...{ runtime, tls: readTls(tlsOf('routing')), handlers: handlersOf(asked) },
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
      WEBHOOK_SECRET_KEYS: `k1:${'ab'.repeat(32)}`,
      PAY_LINK_KEYS: `k1:${'01'.repeat(32)}`,
    }),
    runtime,
  );
  const open: { close(): void }[] = [];
  const to = <S extends Parameters<typeof connect>[0]>(service: S, id: string) => {
    const client = connect(service, {
      ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary', defaultDeadlineMs: 5_000 },
      address: `127.0.0.1:${acquiring.port}`,
    });
    open.push(client);
    return client;
  };
  const partners = to(PartnerServiceService, 'ops');
  for (const partnerId of ['siam', 'sakura']) {
    const partner = { partnerId, displayName: partnerId, countryCode: 'TH' };
    await partners.putPartner({ partner });
  }
  const merchants = to(MerchantServiceService, 'siam');
  const { merchant } = await merchants.createMerchant({
    ...{ requestId: 'm1', displayName: 'Mango and sticky rice of the river market' },
    ...{ countryCode: 'TH', city: 'Krung Thep Maha Nakhon', categoryCode: '5814' },
    currencyCodes: ['THB'],
  });
  const codes = to(MerchantCodeServiceService, 'siam');
  const requests = requestsAt(merchant?.merchantId ?? '');
  return {
    ...{ asked, merchants, codes, ...requests, merchantId: merchant?.merchantId ?? '' },
    payments: to(AcquiringServiceService, 'siam'),
    agreements: to(AgreementServiceService, 'siam'),
    others: {
      payments: to(AcquiringServiceService, 'sakura'),
      codes: to(MerchantCodeServiceService, 'sakura'),
      agreements: to(AgreementServiceService, 'sakura'),
    },
    payers: {
      harbour: to(PayerServiceService, 'harbour-wallet'),
      peak: to(PayerServiceService, 'peak-wallet'),
      service: to(PayerServiceService, 'wallet'),
      intruder: to(PayerServiceService, 'siam'),
    },
    async code(change: object): Promise<MerchantCode> {
      const { merchantCode } = await codes.createMerchantCode(requests.coding(change));
      if (merchantCode === undefined) throw new Error('an answer without a code');
      return merchantCode;
    },
    async stop() {
      for (const client of open) client.close();
      await acquiring.drain();
      await routingServer.drain();
    },
  };
}

function paymentNamed(name: string): Payment {
  const { payment } = factOf({ name, version: 1n, state: PaymentState.PENDING });
  if (payment === undefined) throw new Error('a fact without its payment');
  return payment;
}

function handlersOf(asked: RoutingRecord): Parameters<typeof fakeRouting>[0]['handlers'] {
  return {
    async createOrder(request) {
      const { paymentRequestId, merchant, payeeAmount, method } = request;
      if (paymentRequestId === 'cancelled before') {
        const tombstone = { merchant: undefined, payeeAmount: undefined };
        const state = PaymentState.CANCELLED;
        return {
          payment: { ...paymentNamed(paymentRequestId), ...tombstone, state },
          replay: true,
        };
      }
      if (merchant === undefined) throw new Refusal('MERCHANT_UNKNOWN', 'no such merchant');
      const expireTime = new Date(Date.now() + request.ttlSeconds * 1_000);
      const payment = {
        ...{ ...paymentNamed(paymentRequestId), payeeAmount, method, expireTime },
        merchant: merchant.reference,
      };
      const replay = asked.orders.has(payment.paymentId);
      asked.orders.set(payment.paymentId, { payment, awaitsPayer: true });
      return { payment, replay };
    },
    async getPayerPayment({ paymentId }) {
      const found = asked.orders.get(paymentId);
      if (found === undefined) throw new Refusal('PAYMENT_UNKNOWN', 'no such payment');
      return found;
    },
    async quoteRoutes(request) {
      asked.quoted.push(request);
      const payerAmount = { currencyCode: 'HKD', amountMinor: 1_000n };
      const quote = { routeId: 'siam-th', partnerId: 'siam', payerAmount };
      return {
        quotes: [{ ...quote, conversion: undefined, expireTime: undefined, quoteToken: TOKEN }],
      };
    },
    async confirmPayment(request) {
      asked.confirmed.push(request);
      return { payment: paymentNamed('confirmed'), replay: false };
    },
    async createPayment(request) {
      asked.charged.push(request);
      return { payment: paymentNamed(request.paymentRequestId), replay: false };
    },
    async revokeAgreement(request) {
      if (asked.operatorsAreAway) throw new Refusal('DEPENDENCY_UNAVAILABLE', 'away');
      asked.revoked.push(request);
      return {};
    },
    reportConfirmation: async () => ({}),
  };
}

/** Requests that are well formed, each with what a test wants to be different. */
function requestsAt(merchantId: string) {
  const scanning = (payload: string, change: object = {}) => ({
    ...{ issuerId: '', payload, payeeAmount: undefined, tipAmount: undefined },
    ...change,
  });
  return {
    scanning,
    confirming: (payload: string, change: object = {}) => ({
      ...scanning(payload),
      ...{ walletId: 'w1', paymentRequestId: 'p1', quoteToken: TOKEN },
      ...change,
    }),
    coding: (change: object = {}) => ({
      ...{ requestId: 'c1', merchantId, storeId: '', terminalId: '', currencyCode: 'THB' },
      ...{ payeeAmount: undefined, askTip: false },
      ...change,
    }),
    ordering: (paymentRequestId: string, change: object = {}) => ({
      ...{ paymentRequestId, merchantId, storeId: '', terminalId: '' },
      ...{ payeeAmount: baht(12_050n), orderDescription: 'two mangoes', ttlSeconds: 0 },
      presentation: OrderPresentation.LINK,
      ...change,
    }),
  };
}
