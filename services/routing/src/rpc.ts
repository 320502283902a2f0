import {
  type CreatePaymentRequest,
  DirectoryServiceService,
  FactServiceService,
  type GetPaymentRequest,
  RoutingServiceService,
  StopServiceService,
} from '@causeway/proto/routing';
import { type Implementation, implement } from '@causeway/rpc';
import { laneOf, type Runtime } from '@causeway/runtime';
import { type RevokeDeps, revokeAgreement } from './agreements/revoke.ts';
import type { Attempts } from './attempts/attempts.ts';
import type { AttemptStore } from './attempts/store.ts';
import type { TotalsDeps } from './clearing/control-totals.ts';
import { clearingDayService } from './clearing/rpc.ts';
import type { SealDeps } from './clearing/seal-worker.ts';
import type { Directory } from './directory/directory.ts';
import { putIssuer, putRoute } from './directory/put.ts';
import type { DirectoryStore } from './directory/store.ts';
import { refuse } from './errors.ts';
import { listFacts } from './history/list.ts';
import { type ReplayDeps, replayFacts } from './history/replay.ts';
import type { Issuers } from './issuers.ts';
import { paymentNamed } from './operators/owed-by.ts';
import { recoveryService } from './operators/rpc.ts';
import { cancelPayment } from './payments/cancel.ts';
import { type ConfirmDeps, confirmPayment } from './payments/confirm.ts';
import { type CreateDeps, createPayment } from './payments/create.ts';
import { createOrder, type OrderDeps } from './payments/create-order.ts';
import { createTransitPayment } from './payments/create-transit.ts';
import { factSummaries } from './payments/fact-summaries.ts';
import { getPayment } from './payments/get.ts';
import { getPayerPayment } from './payments/get-payer-payment.ts';
import { refundIdOf } from './payments/keys.ts';
import { listOwed } from './payments/list-owed.ts';
import { type QuoteDeps, quoteRoutes } from './payments/quote-routes.ts';
import { reportConfirmation } from './payments/report-confirmation.ts';
import type { PaymentStore } from './payments/store.ts';
import { payerViewOf, viewOf } from './payments/view.ts';
import { createRefund, refundDispute } from './refunds/create.ts';
import { listRefunds } from './refunds/list.ts';
import type { RefundStore } from './refunds/store.ts';
import { refundView } from './refunds/view.ts';
import type { RefundWorker } from './refunds/worker.ts';
import type { ReversalStore } from './reversals/store.ts';
import type { Routes } from './routes/routes.ts';
import { routePolicyService } from './routes/rpc.ts';
import { createStop, deleteStop, stopForBrokenBooks } from './stops/stops.ts';
import { reportMisuse, transitTrust } from './transit/relay.ts';

/** What the handlers call. */
export interface RpcDeps
  extends CreateDeps,
    OrderDeps,
    QuoteDeps,
    ConfirmDeps,
    ReplayDeps,
    RevokeDeps {
  payments: PaymentStore;
  refunds: RefundStore;
  refundWorker: RefundWorker;
  reversals: ReversalStore;
  attempts: AttemptStore;
  noting: Attempts;
  issuers: Issuers;
  clearing: SealDeps & TotalsDeps;
  directory: Directory;
  directoryStore: DirectoryStore;
  routes: Routes;
  runtime: Runtime;
}

export function services(deps: RpcDeps): Implementation[] {
  return [
    routingService(deps),
    factService(deps),
    recoveryService(deps),
    stopService(deps),
    directoryService(deps),
    clearingDayService(deps.clearing),
    routePolicyService({ ...deps, isPayment: (paymentId) => isPayment(deps, paymentId) }),
  ];
}

function routingService(deps: RpcDeps): Implementation {
  const { book, payments, refunds, refundWorker, runtime } = deps;
  const refundDeps = { book, refunds, worker: refundWorker, runtime };
  return implement(RoutingServiceService, {
    async createPayment(request: CreatePaymentRequest, call) {
      const { payment, replay } = await createPayment(deps, request, call.deadlineMs);
      return { payment: viewOf(payment), replay };
    },
    async createTransitPayment(request, call) {
      const { payment, replay } = await createTransitPayment(deps, request, call.deadlineMs);
      return { payment: viewOf(payment), replay };
    },
    getTransitTrust: (request, call) => transitTrust(deps, request, call.deadlineMs),
    reportTransitMisuse: (request, call) => reportMisuse(deps, request, call.deadlineMs),
    async createOrder(request, call) {
      const { payment, replay } = await createOrder(deps, request, call.deadlineMs);
      return { payment: viewOf(payment), replay };
    },
    async quoteRoutes(request, _call) {
      return { quotes: await quoteRoutes(deps, request) };
    },
    async confirmPayment(request, call) {
      const { payment, replay } = await confirmPayment(deps, request, call.deadlineMs);
      return { payment: payerViewOf(payment), replay };
    },
    async getPayerPayment({ issuerId, paymentId }, _call) {
      const { payment, awaitsPayer } = await getPayerPayment(deps, issuerId, paymentId);
      return { payment: payerViewOf(payment), awaitsPayer };
    },
    async reportConfirmation({ partnerId, paymentId }, _call) {
      await reportConfirmation(deps, partnerId, paymentId);
      return {};
    },
    revokeAgreement: (request, call) => revokeAgreement(deps, request, call.deadlineMs),
    async getPayment(request, _call) {
      return { payment: viewOf(await getPayment(book, request.partnerId, keyOf(request))) };
    },
    async cancelPayment(request, call) {
      return { payment: viewOf(await cancelPayment(deps, request, call.deadlineMs)) };
    },
    async createRefund(request, call) {
      const { refund, replay } = await createRefund(refundDeps, request, call.deadlineMs);
      return { refund: refundView(refund), replay };
    },
    async refundDispute(request, call) {
      const { refund } = await refundDispute(refundDeps, request, call.deadlineMs);
      return { refund: refundView(refund) };
    },
    async getRefund({ partnerId, paymentId, refundRequestId }, _call) {
      const payment = await getPayment(book, partnerId, { paymentId });
      const refund = await refunds.read(payment, refundIdOf(paymentId, refundRequestId));
      if (!refund) throw refuse('REFUND_UNKNOWN', 'this payment has no such refund');
      return { refund: refundView(refund) };
    },
    async listRefunds({ partnerId, paymentId, pageSize, pageToken }, _call) {
      const payment = await getPayment(book, partnerId, { paymentId });
      const page = await listRefunds(refunds, payment, pageSize, pageToken);
      return { refunds: page.refunds.map(refundView), nextPageToken: page.nextPageToken };
    },
    listOwedPayments: ({ limit }, _call) => listOwed(deps, limit),
    async listPaymentFacts({ paymentId }, _call) {
      const payment = await paymentNamed(book, paymentId);
      return { facts: factSummaries(await payments.facts(payment)) };
    },
  });
}

async function isPayment({ book }: RpcDeps, paymentId: string): Promise<boolean> {
  return (await book.read({ lane: laneOf(paymentId), paymentId })) !== undefined;
}

function keyOf({ key }: GetPaymentRequest): { paymentId: string } | { paymentRequestId: string } {
  switch (key?.$case) {
    case 'paymentId':
      return { paymentId: key.value };
    case 'paymentRequestId':
      return { paymentRequestId: key.value };
    case undefined:
      throw refuse('FIELD_INVALID', 'payment_id or payment_request_id is missing');
  }
}

function factService(deps: RpcDeps): Implementation {
  return implement(FactServiceService, {
    replayFacts: ({ fromTime }, call) => replayFacts(deps, fromTime, call.signal),
    listFacts: (_request, call) => listFacts(deps.db, call.signal),
  });
}

function stopService(deps: RpcDeps): Implementation {
  const stopDeps = { ...deps, store: deps.directoryStore };
  return implement(StopServiceService, {
    async createStop(request, call) {
      return { stop: await createStop(stopDeps, request, call.identity.id) };
    },
    async stopForBrokenBooks(request, call) {
      return { stop: await stopForBrokenBooks(stopDeps, request, call.identity.id) };
    },
    async deleteStop(request, _call) {
      await deleteStop(stopDeps, request);
      return {};
    },
    async listStops(_request, _call) {
      return { stops: await deps.directoryStore.stops() };
    },
  });
}

function directoryService({ directory, directoryStore }: RpcDeps): Implementation {
  return implement(DirectoryServiceService, {
    async putIssuer({ issuer }, _call) {
      return { issuer: await putIssuer(directoryStore, directory, issuer) };
    },
    async listIssuers(_request, _call) {
      return { issuers: await directoryStore.issuers() };
    },
    async putRoute({ route }, _call) {
      return { route: await putRoute(directoryStore, directory, route) };
    },
    async listRoutes(_request, _call) {
      return { routes: await directoryStore.routes() };
    },
  });
}
