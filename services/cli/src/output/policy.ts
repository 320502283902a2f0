import { PaymentMethod } from '@causeway/proto/common';
import type { Policy, Rule } from '@causeway/proto/routing';
import { type Json, jsonOf } from './json.ts';
import { record, table } from './table.ts';
import { moment, money } from './views.ts';

/** A policy for people: its rules, and what holds for all payments. */
export function policyText(policy: Policy): string {
  const { version, description, rules, scoring, elimination, defaultRouteIds } = policy;
  const head = record([
    ['version', `${version}${policy.active ? ', in force' : ''}`],
    ['description', description],
    ['stored', [moment(policy.createTime), policy.operatorId].filter(Boolean).join(' by ')],
    ['a failure is worth', `${scoring?.failureCostBps} bps`],
    ['outcomes count for', `${scoring?.windowSeconds} s`],
    [
      'a route fails',
      `with ${elimination?.failurePercent} % of at least ${elimination?.minOutcomes} payments`,
    ],
    [
      'and comes back',
      `after ${elimination?.openSeconds} s by one probe in ${elimination?.probeOneIn}, ` +
        `${elimination?.closeAfter} of them in a row`,
    ],
    ['default list', defaultRouteIds.join(', ')],
  ]);
  if (rules.length === 0) return `${head}\n\nno rules: the lowest score takes every payment`;
  const lines = rules.map((rule) => [rule.name, conditionText(rule), effectText(rule)]);
  return `${head}\n\n${table([{ title: 'rule' }, { title: 'when' }, { title: 'then' }], lines)}`;
}

/** Policies as lines. */
export function policyTable(policies: readonly Policy[]): string {
  return table(
    [
      { title: 'version', align: 'right' },
      { title: 'in force' },
      { title: 'rules', align: 'right' },
      { title: 'description' },
      { title: 'by' },
      { title: 'stored' },
    ],
    policies.map((policy) => [
      String(policy.version),
      policy.active ? 'yes' : '',
      String(policy.rules.length),
      policy.description,
      policy.operatorId,
      moment(policy.createTime),
    ]),
  );
}

/** A policy as JSON, in the form that `policy put` reads. */
export function policyJson({ rules, ...policy }: Policy): { [key: string]: Json } {
  const rest = jsonOf(policy) as { [key: string]: Json };
  return { ...rest, rules: rules.map(ruleJson) };
}

function ruleJson({ name, when, then: effect }: Rule): Json {
  return {
    name,
    ...(when && { when: jsonOf(when, { methods: PaymentMethod }) }),
    ...(effect && { [effect.$case]: jsonOf(effect.value) }),
  };
}

function conditionText({ when }: Rule): string {
  if (when === undefined) return 'always';
  const lists: [string, readonly string[]][] = [
    ['wallet operator', when.issuerIds],
    ['country', when.countryCodes],
    ['currency', when.currencyCodes],
    ['method', when.methods.map((method) => PaymentMethod[method] ?? '')],
    ['category', when.categoryCodes],
    ['scheme', when.schemeIds],
  ];
  const bounds: [string, string][] = [
    ['from', money(when.minPayeeAmount)],
    ['to', money(when.maxPayeeAmount)],
  ];
  const said = [...lists.map(([what, values]) => [what, values.join(' or ')]), ...bounds]
    .filter(([, values]) => values !== '')
    .map((words) => words.join(' '));
  return said.join('; ') || 'always';
}

function effectText({ then: effect }: Rule): string {
  switch (effect?.$case) {
    case 'split':
      return effect.value.shares
        .map(({ routeId, percent }) => `${percent} % ${routeId}`)
        .join(', ');
    case 'only':
    case 'avoid':
    case 'prefer':
      return `${effect.$case} ${effect.value.routeIds.join(', ')}`;
    case undefined:
      return '';
  }
}
