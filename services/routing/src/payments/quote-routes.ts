import { DeclineReason, type Money, PaymentMethod } from '@causeway/proto/common';
import type {
  Issuer,
  QuoteRoutesRequest,
  Route,
  RouteQuote,
  RouteTarget,
} from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { MACHINE_REFUSALS, type Reason, refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import { scannedPaymentIdOf } from './keys.ts';
import { orderNamed } from './order-named.ts';
import type { ChooseRoutes } from './planning/choose.ts';
import { orderTarget } from './planning/order-target.ts';
import { type Fx, type Price, priceOf } from './planning/price.ts';
import { type QuoteKeys, signQuote } from './planning/quote-token.ts';
import { type Candidate, reach } from './planning/reach.ts';
import {
  currenciesOf,
  type SettlementCurrencyOf,
  type Settlements,
  settleable,
  settledIn,
} from './planning/settle.ts';

export interface QuoteDeps {
  book: PaymentBook;
  directory: Directory;
  fx: Fx;
  chooseRoutes: ChooseRoutes;
  settlementCurrencyOf: SettlementCurrencyOf;
  runtime: Runtime;
  quoteKeys: QuoteKeys;
}

/** How long a price without a conversion is good for; nothing moves it. */
const PAR_QUOTE_MS = 60_000;

/** What is to be priced. */
interface Asked {
  paymentId: string;
  issuer: Issuer;
  method: PaymentMethod;
  payeeAmount: Money;
  targets: readonly RouteTarget[];
}

type Priced = Exclude<Price, { decline: DeclineReason }>;

/** Prices a payment over every route that could carry it, best first. Writes nothing. */
export async function quoteRoutes(
  deps: QuoteDeps,
  request: QuoteRoutesRequest,
): Promise<RouteQuote[]> {
  const issuer = deps.directory.view.issuers.get(request.issuerId);
  if (!issuer) throw refuse('FIELD_INVALID', 'issuer_id is no wallet operator of the directory');
  const asked = request.paymentId
    ? await askedOfOrder(deps, request.paymentId, issuer)
    : askedOfCode(request, issuer);
  const reached = reach(deps.directory.view, issuer, asked.targets, asked.payeeAmount);
  if (reached.decline !== DeclineReason.UNSPECIFIED) throw unquotable(reached.decline);
  const settled = settledIn(deps.settlementCurrencyOf, reached.candidates, asked.payeeAmount);
  const price = await priceFor(deps, asked, reached.candidates, currenciesOf(settled));
  const { conversion } = price;
  const settling = settleable(reached, settled, price.settlementPrices);
  if (settling.decline !== DeclineReason.UNSPECIFIED) throw unquotable(settling.decline);
  const { candidates, stopped } = settling;
  const { issuerId } = issuer;
  const question = { ...asked, issuerId, conversion, candidates, stopped };
  const { routes, decline, decision } = await deps.chooseRoutes(question);
  if (decline !== DeclineReason.UNSPECIFIED) throw unquotable(decline);
  const made = { ...price, decision, settlements: settlementsOver(routes, settling.settlements) };
  return routes.map((route) => quoteOver(deps, asked, route, routes, made));
}

/**
 * All routes of a plan carry the payment at one price, so that whichever is taken in the end
 * takes what the payer accepted: the corridor of the first candidate makes it.
 */
async function priceFor(
  { fx }: QuoteDeps,
  { paymentId, payeeAmount, issuer }: Asked,
  [first]: readonly Candidate[],
  settlementCurrencyCodes: string[],
): Promise<Priced> {
  const countryCode = first?.route.countryCode ?? '';
  const price = await priceOf(fx, issuer, {
    ...{ paymentId, payeeAmount, countryCode, settlementCurrencyCodes },
    honourShownBoards: false,
  });
  if ('decline' in price) throw unquotable(price.decline);
  return price;
}

async function askedOfOrder(
  { book, runtime }: QuoteDeps,
  paymentId: string,
  issuer: Issuer,
): Promise<Asked> {
  const order = await orderNamed(book, paymentId);
  if (!order.payeeAmount) throw new Error(`order ${paymentId} has no amount`);
  const { step, expiresAt, method, payeeAmount } = order;
  const isOpen = step === 'AWAIT_PAYER' && (expiresAt?.getTime() ?? 0) > runtime.clock.nowMs();
  if (!isOpen) throw refuse('ORDER_CLOSED', MACHINE_REFUSALS.ORDER_CLOSED);
  return { paymentId, issuer, method, payeeAmount, targets: [orderTarget(order)] };
}

function askedOfCode(request: QuoteRoutesRequest, issuer: Issuer): Asked {
  const { payeeAmount, targets, paymentRequestId } = request;
  if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
  const paymentId = scannedPaymentIdOf(issuer.issuerId, paymentRequestId);
  return { paymentId, issuer, method: PaymentMethod.MERCHANT_QR, payeeAmount, targets };
}

/** What all quotes of one question have in common. */
interface Made extends Priced {
  decision: Uint8Array | undefined;
  settlements: Settlements;
}

/** Of the partners that may be tried, since a token holds no more than it needs. */
function settlementsOver(routes: readonly Route[], settlements: Settlements): Settlements {
  const partners = new Set(routes.map(({ partnerId }) => partnerId));
  return new Map([...settlements].filter(([id]) => partners.has(id)));
}

function quoteOver(
  { quoteKeys: [key], runtime }: QuoteDeps,
  { paymentId, issuer, payeeAmount }: Asked,
  route: Route,
  routes: readonly Route[],
  { payerAmount, conversion, expiresAt, decision, settlements }: Made,
): RouteQuote {
  const { routeId, partnerId } = route;
  const others = routes.filter((other) => other !== route).map((other) => other.routeId);
  const expireTime = expiresAt ?? new Date(runtime.clock.nowMs() + PAR_QUOTE_MS);
  const claims = {
    ...{ paymentId, issuerId: issuer.issuerId, payeeAmount, payerAmount, conversion, expireTime },
    routeIds: [routeId, ...others],
    routeDecision: Buffer.from(decision ?? []),
    settlements: Object.fromEntries(settlements),
  };
  const quoteToken = signQuote(claims, key);
  return { routeId, partnerId, payerAmount, conversion, expireTime, quoteToken };
}

/** The declines that a price may meet, as the refusals of a question that records nothing. */
const REFUSALS: Partial<Record<DeclineReason, Reason>> = {
  [DeclineReason.NO_FRESH_RATE]: 'NO_FRESH_RATE',
  [DeclineReason.CURRENCY_UNSUPPORTED]: 'CURRENCY_UNSUPPORTED',
  [DeclineReason.AMOUNT_TOO_SMALL]: 'AMOUNT_TOO_SMALL',
  [DeclineReason.AMOUNT_TOO_LARGE]: 'AMOUNT_TOO_LARGE',
};

function unquotable(decline: DeclineReason) {
  const name = DeclineReason[decline];
  return refuse(REFUSALS[decline] ?? 'NO_ROUTE', `this cannot be paid now: ${name}`, {
    metadata: { decline_reason: name },
  });
}
