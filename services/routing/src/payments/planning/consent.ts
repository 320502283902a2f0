import { DeclineReason, type Money, type PaymentMethod } from '@causeway/proto/common';
import type {
  Issuer,
  Journey,
  PlannedRoute,
  QuoteClaims,
  RouteTarget,
} from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { Limits } from '../../cover/cover.ts';
import type { Directory } from '../../directory/directory.ts';
import { refuse } from '../../errors.ts';
import type { Consent } from '../machine/types.ts';
import { type QuoteKeys, readQuote } from './quote-token.ts';
import { type Candidate, reach } from './reach.ts';
import type { Settlements } from './settle.ts';
import { signedTerms } from './terms-signature.ts';

interface ConsentDeps {
  directory: Directory;
  cover: Limits;
  runtime: Runtime;
  quoteKeys: QuoteKeys;
  /** How long a confirmed payment has until nothing new is started for it. */
  confirmTtlMs: number;
}

/** What a payer agreed to. */
export interface Agreed {
  paymentId: string;
  issuer: Issuer;
  walletId: string;
  method: PaymentMethod;
  payeeAmount: Money;
  targets: readonly RouteTarget[];
  quoteToken: string;
  orderReference: string;
  tipAmount: Money | undefined;
}

/**
 * The plan of a payment that its payer confirms: the price of the quote that he accepted, and the
 * routes in its order, as far as they are still open. Refuses QUOTE_INVALID.
 */
export function consentTo(deps: ConsentDeps, agreed: Agreed): Consent {
  const claims = readQuote(agreed.quoteToken, deps.quoteKeys);
  const nowMs = deps.runtime.clock.nowMs();
  if (!claims || !isFor(claims, agreed)) throw quoteInvalid('is not of this payment');
  if (nowMs >= (claims.expireTime?.getTime() ?? 0)) throw quoteInvalid('has expired');
  const routes = plannedRoutes(deps, agreed, claims);
  const [first] = routes;
  if (!first || !claims.payerAmount) throw quoteInvalid('has no route that is open now');
  const { paymentId, payeeAmount, method, walletId } = agreed;
  const { issuerId } = agreed.issuer;
  const { payerAmount, conversion } = claims;
  const { merchant, partnerId } = first;
  const unsigned = { payeeAmount, method, conversion, merchant, partnerId };
  return {
    ...{ issuerId, walletId, payerAmount },
    terms: signedTerms({ paymentId, issuerId, payerAmount }, unsigned, deps.quoteKeys[0]),
    journey: journeyOver(routes, agreed),
    settlement: first.settlement,
    routeDecision: claims.routeDecision.length > 0 ? claims.routeDecision : undefined,
    issuerCovered: deps.cover.isCovered('issuer', issuerId, payerAmount.currencyCode),
    expiresAt: new Date(nowMs + deps.confirmTtlMs),
  };
}

function isFor(claims: QuoteClaims, { paymentId, issuer, payeeAmount }: Agreed): boolean {
  return (
    claims.paymentId === paymentId &&
    claims.issuerId === issuer.issuerId &&
    claims.payeeAmount?.currencyCode === payeeAmount.currencyCode &&
    claims.payeeAmount.amountMinor === payeeAmount.amountMinor
  );
}

/** Stops count again here: they may be younger than the quote. */
function plannedRoutes(
  { directory }: ConsentDeps,
  { issuer, targets, payeeAmount }: Agreed,
  { routeIds, settlements }: QuoteClaims,
): PlannedRoute[] {
  const { candidates } = reach(directory.view, issuer, targets, payeeAmount);
  const settled = new Map(Object.entries(settlements));
  const byId = new Map(candidates.map((candidate) => [candidate.route.routeId, candidate]));
  return routeIds.flatMap((routeId) => {
    const candidate = byId.get(routeId);
    return candidate ? [plannedRoute(candidate, settled)] : [];
  });
}

function plannedRoute({ route, target }: Candidate, settlements: Settlements): PlannedRoute {
  return {
    routeId: route.routeId,
    partnerId: route.partnerId,
    merchant: target.merchant?.reference,
    schemeId: target.schemeId,
    schemeAccount: target.schemeAccount,
    asksPartner: route.connectorAddress !== '',
    connectorAddress: route.connectorAddress,
    settlement: settlements.get(route.partnerId),
  };
}

function journeyOver(routes: PlannedRoute[], { orderReference, tipAmount }: Agreed): Journey {
  return {
    ...{ routes, orderReference, tipAmount, attempt: 0, partnerReference: '' },
    ...{ reverseTime: undefined, refusal: DeclineReason.UNSPECIFIED },
    ...{ cancelling: false, wasCaptured: false, confirmed: false },
  };
}

function quoteInvalid(why: string) {
  return refuse('QUOTE_INVALID', `the quote ${why}: ask for another`);
}
