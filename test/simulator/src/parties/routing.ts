import type { Payment, Refund } from '@causeway/proto/common';
import { DeclineReason } from '@causeway/proto/common';
import type {
  ConfirmPaymentRequest,
  CreateOrderRequest,
  CreatePaymentRequest,
  CreateRefundRequest,
  Issuer,
  QuoteRoutesRequest,
  Route,
  RouteQuote,
} from '@causeway/proto/routing';
import { ClearingDays } from '@causeway/routing/src/clearing/days.ts';
import type { ConnectorClient } from '@causeway/routing/src/connectors/connectors.ts';
import { Incidents } from '@causeway/routing/src/connectors/incidents.ts';
import { PartnerEffects } from '@causeway/routing/src/connectors/partner-effects.ts';
import { Directory } from '@causeway/routing/src/directory/directory.ts';
import type { IssuerClient } from '@causeway/routing/src/issuers.ts';
import { PaymentBook } from '@causeway/routing/src/payments/book.ts';
import { cancelPayment } from '@causeway/routing/src/payments/cancel.ts';
import { confirmPayment } from '@causeway/routing/src/payments/confirm.ts';
import { createPayment } from '@causeway/routing/src/payments/create.ts';
import { createOrder } from '@causeway/routing/src/payments/create-order.ts';
import { Effects } from '@causeway/routing/src/payments/effects.ts';
import { getPayment } from '@causeway/routing/src/payments/get.ts';
import { OpenOrders } from '@causeway/routing/src/payments/open-orders.ts';
import type { ChooseRoutes } from '@causeway/routing/src/payments/planning/choose.ts';
import type { Fx } from '@causeway/routing/src/payments/planning/price.ts';
import { quoteRoutes } from '@causeway/routing/src/payments/quote-routes.ts';
import { startRecovery } from '@causeway/routing/src/payments/recovery.ts';
import { reportConfirmation } from '@causeway/routing/src/payments/report-confirmation.ts';
import { viewOf } from '@causeway/routing/src/payments/view.ts';
import { Worker } from '@causeway/routing/src/payments/worker.ts';
import { createRefund } from '@causeway/routing/src/refunds/create.ts';
import { refundView } from '@causeway/routing/src/refunds/view.ts';
import { RefundWorker } from '@causeway/routing/src/refunds/worker.ts';
import { watchReversals } from '@causeway/routing/src/reversals/watch.ts';
import { Secret } from '@causeway/runtime';
import type { Caller } from '../kernel/host.ts';
import type { Served } from '../kernel/network.ts';
import type { RoutingStores } from '../stores/routing-stores.ts';

const INQUIRY_MS = 3_000;
/** Shorter than in service, so that holds outlive it that were taken over. */
const HOLD_TTL_SECONDS = 12;
const PAYMENT_TTL_MS = 30_000;
const CONFIRM_TTL_MS = 60_000;
const MAX_OPEN_ORDERS = 1_000;

const QUOTE_KEYS = [{ id: 'k1', key: new Secret<Uint8Array>(Buffer.alloc(32, 7)) }] as const;

/** What a process of routing reaches. */
export interface RoutingWorld {
  stores: RoutingStores;
  issuers: readonly Issuer[];
  routes: readonly Route[];
  issuer: IssuerClient;
  fx: Fx;
  /** For how long a partner in doubt is asked before it is reversed. */
  doubtMs: number;
  connectorAt(address: string): ConnectorClient;
}

/** What a process of routing answers, as `rpc.ts` does. */
export interface RoutingService {
  createPayment(request: CreatePaymentRequest, served: Served): Promise<Payment>;
  createOrder(request: CreateOrderRequest, served: Served): Promise<Payment>;
  quoteRoutes(request: QuoteRoutesRequest): Promise<RouteQuote[]>;
  confirmPayment(request: ConfirmPaymentRequest, served: Served): Promise<Payment>;
  cancelPayment(
    request: { partnerId: string; paymentRequestId: string },
    served: Served,
  ): Promise<Payment>;
  createRefund(request: CreateRefundRequest, served: Served): Promise<Refund | undefined>;
  getPayment(partnerId: string, paymentId: string): Promise<Payment>;
  reportConfirmation(partnerId: string, paymentId: string): Promise<void>;
}

/** Composes routing as its `main.ts` does, on stores and peers of the simulation. */
export function routing({ life: { runtime } }: Caller, world: RoutingWorld): RoutingService {
  const { payments, refunds, reversals, clearing } = world.stores;
  const stops = { issuers: async () => [...world.issuers], stops: async () => [] };
  const directory = new Directory({ ...stops, routes: async () => [...world.routes] }, runtime);
  const days = new ClearingDays(clearing, directory, runtime);
  const incidents = new Incidents(runtime);
  // Operators’ notes of what failed last decide nothing.
  const attempts = { failed: () => {} };
  const connectors = { clientAt: (address: string) => world.connectorAt(address) };
  const partners = new PartnerEffects(
    ...([directory, connectors, reversals, incidents, attempts, runtime] as const),
  );
  const issuers = { clientOf: () => world.issuer };
  const effects = new Effects({
    ...{ issuers, partners, incidents, attempts, quoteKeys: QUOTE_KEYS, runtime },
    holdTtlSeconds: HOLD_TTL_SECONDS,
  });
  const cover = { isCovered: () => false, refill: async () => 'exhausted' as const };
  const book = new PaymentBook({
    ...{ store: payments, clearing: days, cover, runtime },
    doubtMs: world.doubtMs,
  });
  const worker = new Worker({
    ...{ book, effects, reversals, incidents, runtime, inquiryMs: INQUIRY_MS },
    observeRoute: () => {},
  });
  const refundWorker = new RefundWorker(book, refunds, effects, worker, runtime);
  const waiting = () => payments.waitingOrders();
  const openOrders = new OpenOrders(waiting, MAX_OPEN_ORDERS, runtime);
  const deps = {
    ...{ book, worker, directory, cover, fx: world.fx, chooseRoutes, runtime, openOrders },
    ...{ reversals, settlementCurrencyOf: days.settlementCurrencyOf, quoteKeys: QUOTE_KEYS },
    ...{ paymentTtlMs: PAYMENT_TTL_MS, confirmTtlMs: CONFIRM_TTL_MS },
  };
  const refundDeps = { book, refunds, worker: refundWorker, runtime };
  const ready = begun(directory, days, () => {
    startRecovery({ payments, refunds, worker, refundWorker, runtime });
    watchReversals({ reversals, book, partners, incidents, runtime });
  });
  const whenReady = async <T>(serve: () => Promise<T>): Promise<T> => {
    await ready;
    return serve();
  };
  return {
    createPayment: (request, { deadlineMs }) =>
      whenReady(async () => viewOf((await createPayment(deps, request, deadlineMs)).payment)),
    createOrder: (request, { deadlineMs }) =>
      whenReady(async () => viewOf((await createOrder(deps, request, deadlineMs)).payment)),
    quoteRoutes: (request) => whenReady(() => quoteRoutes(deps, request)),
    confirmPayment: (request, { deadlineMs }) =>
      whenReady(async () => viewOf((await confirmPayment(deps, request, deadlineMs)).payment)),
    cancelPayment: (request, { deadlineMs }) =>
      whenReady(async () => viewOf(await cancelPayment(deps, request, deadlineMs))),
    createRefund: (request, { deadlineMs }) =>
      whenReady(async () =>
        refundView((await createRefund(refundDeps, request, deadlineMs)).refund),
      ),
    getPayment: (partnerId, paymentId) =>
      whenReady(async () => viewOf(await getPayment(book, partnerId, { paymentId }))),
    reportConfirmation: (partnerId, paymentId) =>
      whenReady(() => reportConfirmation(deps, partnerId, paymentId)),
  };
}

/** Serves only once it knows the directory and the days, and tries for as long as that takes. */
async function begun(directory: Directory, days: ClearingDays, go: () => void): Promise<void> {
  await directory.refresh();
  while (
    !(await days.refresh().then(
      () => true,
      () => false,
    ))
  );
  go();
}

/** The candidates as they are listed: which route is best is not what is simulated. */
const chooseRoutes: ChooseRoutes = async ({ candidates }) => ({
  routes: candidates.map(({ route }) => route).slice(0, 3),
  decline: DeclineReason.UNSPECIFIED,
  decision: undefined,
});
