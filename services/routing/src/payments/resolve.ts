import { DeclineReason, type MerchantReference, type Money } from '@causeway/proto/common';
import {
  type Issuer,
  type MerchantProfile,
  type Route,
  StopSubjectKind,
} from '@causeway/proto/routing';
import { type DirectoryView, issuerOfCode, stopKey } from '../directory/directory.ts';

/** What a payment is resolved from. */
export interface Asked {
  partnerId: string;
  paymentCode: string;
  payeeAmount: Money;
  merchant: MerchantProfile;
}

/** Who a payment goes between, or why it cannot. Whatever was found is kept for the record. */
export interface Resolution {
  decline: DeclineReason;
  issuer: Issuer | undefined;
  route: Route | undefined;
  merchant: MerchantReference | undefined;
}

/** Finds issuer and route, and asks every rule that needs no other service. Pure. */
export function resolve(view: DirectoryView, asked: Asked): Resolution {
  const { reference: merchant, active, currencyCodes } = asked.merchant;
  const issuer = issuerOfCode(view, asked.paymentCode);
  const routes = routesTo(view, asked);
  const route = routes.find((r) => !view.stops.has(stopKey(StopSubjectKind.ROUTE, r.routeId)));
  const resolved = (decline: DeclineReason) => ({ decline, issuer, route, merchant });
  if (!issuer) return resolved(DeclineReason.ISSUER_UNKNOWN);
  if (!active) return resolved(DeclineReason.MERCHANT_INACTIVE);
  if (!currencyCodes.includes(asked.payeeAmount.currencyCode)) {
    return resolved(DeclineReason.CURRENCY_UNSUPPORTED);
  }
  if (routes.length === 0) return resolved(DeclineReason.NO_ROUTE);
  if (!route) return resolved(DeclineReason.STOPPED);
  if (isStopped(view, asked, issuer, route)) return resolved(DeclineReason.STOPPED);
  return resolved(DeclineReason.UNSPECIFIED);
}

/** The partner's routes, in the order of their ids, that reach the merchant in this currency. */
function routesTo(view: DirectoryView, asked: Asked): Route[] {
  return [...view.routes.values()].filter(
    (route) =>
      route.partnerId === asked.partnerId &&
      route.countryCode === asked.merchant.reference?.countryCode &&
      route.currencyCodes.includes(asked.payeeAmount.currencyCode),
  );
}

function isStopped(view: DirectoryView, asked: Asked, issuer: Issuer, route: Route): boolean {
  const corridor = `${issuer.countryCode}-${route.countryCode}`;
  return [
    stopKey(StopSubjectKind.PARTNER, asked.partnerId),
    stopKey(StopSubjectKind.MERCHANT, asked.merchant.reference?.merchantId ?? ''),
    stopKey(StopSubjectKind.ISSUER, issuer.issuerId),
    stopKey(StopSubjectKind.CORRIDOR, corridor),
  ].some((key) => view.stops.has(key));
}
