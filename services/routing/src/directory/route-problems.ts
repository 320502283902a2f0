import { isCurrency } from '@causeway/money';
import { DeclineReason } from '@causeway/proto/common';
import {
  RefusalClass,
  type RefusalRule,
  type Route,
  type RouteFees,
} from '@causeway/proto/routing';
import type { FieldViolation } from '@causeway/runtime';
import {
  ADDRESS_RULE,
  COUNTRY_RULE,
  clearingProblems,
  ID_RULE,
  isAddress,
  isCountry,
  isId,
  isSet,
  rule,
} from './checks.ts';

const MAX_IN_FLIGHT = 10_000;

/** Everything that is wrong with a route, field by field. */
export function routeProblems(route: Route): FieldViolation[] {
  const { routeId, partnerId, countryCode, currencyCodes, schemeIds, connectorAddress } = route;
  return [
    ...rule(isId(routeId), 'route.route_id', ID_RULE),
    ...rule(isId(partnerId), 'route.partner_id', ID_RULE),
    ...rule(isCountry(countryCode), 'route.country_code', COUNTRY_RULE),
    ...rule(
      currencyCodes.length > 0 && currencyCodes.every(isCurrency),
      'route.currency_codes',
      'takes one or more known currencies',
    ),
    ...clearingProblems(route.clearing, 'route.clearing'),
    ...rule(
      schemeIds.every((id) => /^[\x21-\x7e]{1,32}$/.test(id)) && isSet(schemeIds),
      'route.scheme_ids',
      'takes identifiers of 1 to 32 printable characters, each once',
    ),
    ...rule(
      connectorAddress === '' || isAddress(connectorAddress),
      'route.connector_address',
      `${ADDRESS_RULE}, or nothing`,
    ),
    ...feeProblems(route.fees),
    ...route.refusalRules.flatMap((each, index) =>
      refusalRuleProblems(each, `route.refusal_rules[${index}]`),
    ),
    ...rule(
      isSet(route.refusalRules.map(({ refusalCode }) => refusalCode)),
      'route.refusal_rules',
      'takes each refusal code once',
    ),
    ...rule(
      route.maxInFlight >= 0 && route.maxInFlight <= MAX_IN_FLIGHT,
      'route.max_in_flight',
      `takes 0 to ${MAX_IN_FLIGHT}`,
    ),
  ];
}

function feeProblems(fees: RouteFees | undefined): FieldViolation[] {
  if (!fees) return [];
  const isShare = (bps: number) => bps >= 0 && bps <= 10_000;
  const SHARE_RULE = 'takes 0 to 10000 basis points';
  return [
    ...rule(isShare(fees.partnerBps), 'route.fees.partner_bps', SHARE_RULE),
    ...rule(
      fees.partnerFixedMinor >= 0n,
      'route.fees.partner_fixed_minor',
      'takes minor units, not below zero',
    ),
    ...rule(isShare(fees.schemeBps), 'route.fees.scheme_bps', SHARE_RULE),
  ];
}

function refusalRuleProblems(each: RefusalRule, field: string): FieldViolation[] {
  const { refusalCode, refusalClass, declineReason } = each;
  return [
    ...rule(
      /^[\x21-\x7e]{1,64}$/.test(refusalCode),
      `${field}.refusal_code`,
      'takes 1 to 64 printable characters',
    ),
    ...rule(
      refusalClass !== RefusalClass.UNSPECIFIED && RefusalClass[refusalClass] !== undefined,
      `${field}.refusal_class`,
      'is FINAL, RETRIABLE or UNKNOWN',
    ),
    ...rule(
      DeclineReason[declineReason] !== undefined,
      `${field}.decline_reason`,
      'is not a reason to decline',
    ),
  ];
}
