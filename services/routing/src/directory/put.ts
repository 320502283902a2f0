import { isCurrency } from '@causeway/money';
import type { ClearingTerms, Issuer, Route } from '@causeway/proto/routing';
import type { FieldViolation } from '@causeway/runtime';
import { isTimeZone } from '../clearing/day.ts';
import { refuse } from '../errors.ts';
import type { Directory } from './directory.ts';
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
    ...rule(/^[^\s:]+:\d{1,5}$/.test(address), 'issuer.address', 'takes host:port'),
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

/** Adds or changes a route, after every field was checked. */
export async function putRoute(
  store: DirectoryStore,
  directory: Directory,
  route: Route | undefined,
): Promise<Route> {
  if (!route) throw refuse('FIELD_INVALID', 'route is missing');
  const { routeId, partnerId, countryCode, currencyCodes } = route;
  refuseIfAny([
    ...rule(isId(routeId), 'route.route_id', ID_RULE),
    ...rule(isId(partnerId), 'route.partner_id', ID_RULE),
    ...rule(isCountry(countryCode), 'route.country_code', COUNTRY_RULE),
    ...rule(
      currencyCodes.length > 0 && currencyCodes.every(isCurrency),
      'route.currency_codes',
      'takes one or more known currencies',
    ),
    ...clearingProblems(route.clearing, 'route.clearing'),
  ]);
  await store.putRoute(route);
  await directory.refresh();
  return route;
}

const ID_RULE = 'takes 1 to 32 characters of a-z, 0-9 and "-"';
const COUNTRY_RULE = 'takes an ISO 3166-1 alpha-2 code';
const isId = (text: string) => /^[a-z0-9-]{1,32}$/.test(text);
const isName = (text: string) => text.length >= 1 && text.length <= 64;
const isSet = (items: readonly string[]) => new Set(items).size === items.length;
const isCountry = (text: string) => /^[A-Z]{2}$/.test(text);

function clearingProblems(terms: ClearingTerms | undefined, field: string): FieldViolation[] {
  if (!terms) return [{ field, description: 'is missing' }];
  const { timeZone, cutOffSeconds } = terms;
  return [
    ...rule(isTimeZone(timeZone), `${field}.time_zone`, 'is not an IANA time zone'),
    ...rule(
      cutOffSeconds >= 0 && cutOffSeconds < 86_400,
      `${field}.cut_off_seconds`,
      'takes 0 to 86399',
    ),
  ];
}

function rule(holds: boolean, field: string, description: string): FieldViolation[] {
  return holds ? [] : [{ field, description }];
}

function refuseIfAny(fields: FieldViolation[]): void {
  if (fields.length === 0) return;
  const named = fields.map(({ field, description }) => `${field} ${description}`).join('; ');
  throw refuse('FIELD_INVALID', named, { fields });
}
