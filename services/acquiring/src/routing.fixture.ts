import { RoutingServiceService } from '@causeway/proto/routing';
import { type Handlers, implement, type ServeOptions, serve } from '@causeway/rpc';
import type { Runtime } from '@causeway/runtime';

type RoutingHandlers = Handlers<typeof RoutingServiceService>;

/**
 * Serves what stands in for routing in tests: the handlers that are given, and for every other
 * method an error that says that nobody was to ask it.
 *
 * @param reasons the reasons that the handlers refuse with
 */
export function fakeRouting(options: {
  runtime: Runtime;
  tls: ServeOptions['tls'];
  handlers: Partial<RoutingHandlers>;
  reasons: ServeOptions['reasons'];
}) {
  const { runtime, tls, handlers, reasons } = options;
  const notAsked = async () => {
    throw new Error('not asked in this test');
  };
  const all: RoutingHandlers = {
    createPayment: notAsked,
    createTransitPayment: notAsked,
    getTransitTrust: notAsked,
    reportTransitMisuse: notAsked,
    createOrder: notAsked,
    quoteRoutes: notAsked,
    confirmPayment: notAsked,
    getPayerPayment: notAsked,
    reportConfirmation: notAsked,
    revokeAgreement: notAsked,
    getPayment: notAsked,
    cancelPayment: notAsked,
    createRefund: notAsked,
    refundDispute: notAsked,
    getRefund: notAsked,
    listRefunds: notAsked,
    listPaymentFacts: notAsked,
    listOwedPayments: notAsked,
    ...handlers,
  };
  return serve({
    ...{ runtime, tls, reasons, host: '127.0.0.1', port: 0, reflection: false },
    services: [implement(RoutingServiceService, all)],
  });
}
