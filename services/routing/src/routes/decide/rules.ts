import type { Money } from '@causeway/proto/common';
import type { Condition, Policy, Rule } from '@causeway/proto/routing';
import type { Question, Target } from './question.ts';

/** The first rule of the policy that applies to the payment. */
export function ruleFor(policy: Policy, question: Question): Rule | undefined {
  return policy.rules.find(({ when }) => when === undefined || applies(when, question));
}

/** The routes that the rule leaves of a payment's candidates, told by their ids. */
export function leaves(rule: Rule | undefined, routeId: string): boolean {
  switch (rule?.then?.$case) {
    case 'only':
      return rule.then.value.routeIds.includes(routeId);
    case 'avoid':
      return !rule.then.value.routeIds.includes(routeId);
    case 'split':
      return rule.then.value.shares.some((share) => share.routeId === routeId);
    case 'prefer':
    case undefined:
      return true;
  }
}

function applies(when: Condition, question: Question): boolean {
  const { payeeAmount, targets } = question;
  return (
    holds(when.issuerIds, question.issuerId) &&
    holdsAny(when.countryCodes, targets, ({ countryCode }) => countryCode) &&
    holds(when.currencyCodes, payeeAmount.currencyCode) &&
    holds(when.methods, question.method) &&
    holds(when.categoryCodes, question.categoryCode) &&
    holdsAny(when.schemeIds, targets, ({ schemeId }) => schemeId) &&
    isWithin(payeeAmount, when.minPayeeAmount, when.maxPayeeAmount)
  );
}

function holds<T>(list: readonly T[], value: T): boolean {
  return list.length === 0 || list.includes(value);
}

/** A code can hold accounts at several schemes. */
function holdsAny(
  list: readonly string[],
  targets: readonly Target[],
  nameIn: (target: Target) => string,
): boolean {
  return list.length === 0 || targets.some((target) => list.includes(nameIn(target)));
}

/** Bounds are in a currency, and so they hold no payment in another. */
function isWithin(amount: Money, min: Money | undefined, max: Money | undefined): boolean {
  const { currencyCode, amountMinor } = amount;
  if (min && (min.currencyCode !== currencyCode || amountMinor < min.amountMinor)) return false;
  return !max || (max.currencyCode === currencyCode && amountMinor <= max.amountMinor);
}
