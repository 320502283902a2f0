import type { PayerQuote } from '@causeway/proto/acquiring';
import type { QuoteRoutesRequest } from '@causeway/proto/routing';
import type { PayerCaller, Routed } from '../routed.ts';

/** What it costs over each route, the first to be taken. Throws what routing refuses with. */
export async function quotesFor(
  routed: Routed,
  caller: PayerCaller,
  asked: Omit<QuoteRoutesRequest, 'issuerId'>,
): Promise<PayerQuote[]> {
  const { quotes } = await routed.ask('quote_routes', caller, (routing, options) =>
    routing.quoteRoutes({ ...asked, issuerId: caller.issuerId }, options),
  );
  // Which route it is goes with the token; a wallet operator knows acquirers and no routes.
  return quotes.map(({ routeId: _routeId, ...quote }) => quote);
}
