import { DeclineReason, type Money } from '@causeway/proto/common';
import {
  type Issuer,
  type Route,
  type RouteTarget,
  StopSubjectKind,
} from '@causeway/proto/routing';
import { type Directory, type DirectoryView, stopKey } from '../../directory/directory.ts';

/** A route that could carry a payment, with the merchant that it would reach. */
export interface Candidate {
  route: Route;
  target: RouteTarget;
}

/** The routes that could carry a payment, each once, or why there is none. */
export interface Reach {
  decline: DeclineReason;
  candidates: readonly Candidate[];
  /** Those that could, were they not stopped. */
  stopped: readonly Candidate[];
}

/**
 * Finds the routes that reach one of the targets in the currency of the amount, and asks every
 * rule that needs no other service. Pure.
 *
 * @param issuer who pays; undefined while nobody has confirmed the order
 */
export function reach(
  view: DirectoryView,
  issuer: Issuer | undefined,
  targets: readonly RouteTarget[],
  { currencyCode }: Money,
): Reach {
  const active = targets.filter(({ merchant }) => merchant?.active);
  if (active.length === 0) return unreachable(DeclineReason.MERCHANT_INACTIVE);
  const selling = active.filter((t) => t.merchant?.currencyCodes.includes(currencyCode));
  if (selling.length === 0) return unreachable(DeclineReason.CURRENCY_UNSUPPORTED);
  const found = candidatesFor(view, selling, currencyCode);
  if (found.length === 0) return unreachable(DeclineReason.NO_ROUTE);
  const stopped = found.filter((candidate) => isStopped(view, issuer, candidate));
  if (stopped.length === found.length) return unreachable(DeclineReason.STOPPED);
  const candidates = found.filter((candidate) => !stopped.includes(candidate));
  return { decline: DeclineReason.UNSPECIFIED, candidates, stopped };
}

/**
 * As `reach`, for whoever declines for ever what it says: before nobody leads there, the newest picture is
 * asked, since a route that another replica has just answered as entered is in force.
 */
export async function reachForGood(
  directory: Pick<Directory, 'view' | 'latest'>,
  issuer: Issuer | undefined,
  targets: readonly RouteTarget[],
  payeeAmount: Money,
): Promise<Reach> {
  const reached = reach(directory.view, issuer, targets, payeeAmount);
  if (reached.decline !== DeclineReason.NO_ROUTE) return reached;
  return reach(await directory.latest(), issuer, targets, payeeAmount);
}

function unreachable(decline: DeclineReason): Reach {
  return { decline, candidates: [], stopped: [] };
}

function candidatesFor(
  view: DirectoryView,
  targets: readonly RouteTarget[],
  currencyCode: string,
): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const target of targets) {
    const routes = target.schemeId
      ? view.routesInScheme.get(target.schemeId)
      : view.routesOf.get(target.partnerId);
    for (const route of routes ?? []) {
      const fits =
        route.countryCode === target.merchant?.reference?.countryCode &&
        route.currencyCodes.includes(currencyCode);
      // The first target is the one that whoever read the code prefers.
      if (fits && !found.has(route.routeId)) found.set(route.routeId, { route, target });
    }
  }
  return [...found.values()];
}

function isStopped(
  { stops, isAllStopped }: DirectoryView,
  issuer: Issuer | undefined,
  { route, target }: Candidate,
): boolean {
  if (isAllStopped) return true;
  if (stops.size === 0) return false;
  const keys = [
    stopKey(StopSubjectKind.ROUTE, route.routeId),
    stopKey(StopSubjectKind.PARTNER, route.partnerId),
    stopKey(StopSubjectKind.MERCHANT, target.merchant?.reference?.merchantId ?? ''),
  ];
  if (issuer) {
    const corridor = `${issuer.countryCode}-${route.countryCode}`;
    keys.push(stopKey(StopSubjectKind.ISSUER, issuer.issuerId));
    keys.push(stopKey(StopSubjectKind.CORRIDOR, corridor));
  }
  return keys.some((key) => stops.has(key));
}
