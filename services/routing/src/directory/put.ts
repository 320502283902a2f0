import { isCurrency } from '@causeway/money';
import type { Issuer, Route } from '@causeway/proto/routing';
import { refuse } from '../errors.ts';
import {
  ADDRESS_RULE,
  COUNTRY_RULE,
  clearingProblems,
  ID_RULE,
  isAddress,
  isCountry,
  isId,
  isName,
  isSet,
  refuseIfAny,
  rule,
} from './checks.ts';
import type { Directory } from './directory.ts';
import { routeProblems } from './route-problems.ts';
import type { DirectoryStore } from './store.ts';

/** Adds or changes a wallet operator, after every field was checked. */
export async function putIssuer(
  store: DirectoryStore,
  directory: Directory,
  issuer: Issuer | undefined,
): Promise<Issuer> {
  if (!issuer) throw refuse('FIELD_INVALID', 'issuer is missing');
  const { issuerId, displayName, currencyCode, countryCode, codePrefixes, address } = issuer;
  refuseIfAny([
    ...rule(isId(issuerId), 'issuer.issuer_id', ID_RULE),
    ...rule(isName(displayName), 'issuer.display_name', 'takes 1 to 64 characters'),
    ...rule(isCurrency(currencyCode), 'issuer.currency_code', 'is not a known currency'),
    ...rule(isCountry(countryCode), 'issuer.country_code', COUNTRY_RULE),
    ...rule(codePrefixes.length > 0, 'issuer.code_prefixes', 'needs at least one prefix'),
    ...rule(
      codePrefixes.every((prefix) => /^\d{2,8}$/.test(prefix)) && isSet(codePrefixes),
      'issuer.code_prefixes',
      'takes prefixes of 2 to 8 digits, each once',
    ),
    ...rule(isAddress(address), 'issuer.address', ADDRESS_RULE),
    ...clearingProblems(issuer.clearing, 'issuer.clearing'),
  ]);
  const owner = await store.putIssuer(issuer);
  if (owner !== undefined) {
    throw refuse(
      'PREFIX_TAKEN',
      `wallet operator ${owner} owns one of these prefixes, or one that overlaps`,
    );
  }
  await directory.refresh();
  return issuer;
}

/**
 * Adds or changes a route, after every field was checked. What payments on their way depend on stays
 * as it is: whose route it is, and that its partner is asked.
 */
export async function putRoute(
  store: DirectoryStore,
  directory: Directory,
  route: Route | undefined,
): Promise<Route> {
  if (!route) throw refuse('FIELD_INVALID', 'route is missing');
  refuseIfAny(routeProblems(route));
  const isStored = await store.putRoute(route);
  await directory.refresh();
  if (isStored) return route;
  const isOwn = directory.view.routes.get(route.routeId)?.partnerId === route.partnerId;
  refuseIfAny([
    ...rule(isOwn, 'route.partner_id', 'cannot be changed: stop this route and put another'),
    ...rule(
      !isOwn,
      'route.connector_address',
      'cannot be emptied: stop this route and put another',
    ),
  ]);
  throw new Error(`route ${route.routeId} was not stored`);
}
