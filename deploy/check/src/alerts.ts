import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Rendered } from './chart.ts';
import { declaredConsumers, declaredMetrics } from './code.ts';
import { type Findings, mustFind } from './finding.ts';
import { type KubeObject, nameOf } from './objects.ts';

interface Rule {
  alert?: string;
  record?: string;
  expr: string | number;
}

interface ExternalMetric {
  external?: {
    metric: { name: string; selector?: { matchLabels?: { durable?: string } } };
  };
}

/** What Prometheus adds to the name of an instrument: its unit, and a suffix by its kind. */
const SUFFIX = /(_(seconds|milliseconds|bytes|percent|ratio))?(_(total|bucket|sum|count))?$/;

/**
 * Metrics that rules and autoscalers name and no code declares, and alerts without a page that says
 * what to do about them.
 */
export function unknownMetrics({ values, objects }: Rendered): Findings {
  const declared = declaredMetrics();
  const rules = objects.filter(({ kind }) => kind === 'PrometheusRule').flatMap(rulesIn);
  const recorded = new Set(rules.flatMap(({ rule }) => rule.record ?? []));
  const isKnown = (name: string) => declared.has(name) || declared.has(name.replace(SUFFIX, ''));
  return [
    ...rules.flatMap(({ object, rule }) =>
      namesIn(String(rule.expr))
        .filter((name) => !isKnown(name) && !recorded.has(name))
        .map((name) => ({
          where: `${values}: ${nameOf(object)}: ${rule.alert ?? rule.record}`,
          problem: `asks for ${name}, which no code declares`,
        })),
    ),
    ...rules
      .filter(({ rule }) => rule.alert !== undefined && !hasRunbook(rule.alert))
      .map(({ object, rule }) => ({
        where: `${values}: ${nameOf(object)}: ${rule.alert}`,
        problem: `has no page deploy/runbooks/${rule.alert}.md`,
      })),
    ...objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .flatMap((object) =>
        scalingProblems(object, isKnown).map((problem) => ({
          where: `${values}: ${nameOf(object)}`,
          problem,
        })),
      ),
  ];
}

function scalingProblems({ spec }: KubeObject, isKnown: (name: string) => boolean): string[] {
  const consumers = declaredConsumers();
  return ((spec?.metrics ?? []) as ExternalMetric[]).flatMap(({ external }) => {
    if (external === undefined) return [];
    const { name, selector } = external.metric;
    const durable = selector?.matchLabels?.durable;
    return [
      ...(isKnown(name) ? [] : [`scales on ${name}, which no code declares`]),
      ...(durable === undefined || consumers.has(durable)
        ? []
        : [`scales on ${durable}, by which nobody follows facts`]),
    ];
  });
}

function rulesIn(object: KubeObject): { object: KubeObject; rule: Rule }[] {
  const groups = (object.spec?.groups ?? []) as { rules: Rule[] }[];
  return groups.flatMap(({ rules }) => rules.map((rule) => ({ object, rule })));
}

/** The names of our metrics and recorded series in an expression; others' are not ours to check. */
function namesIn(expression: string): string[] {
  const withoutLabels = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [
    ...withoutLabels.matchAll(/\b(causeway[a-z0-9_:]*|(?:rpc|nodejs|v8js)_[a-z0-9_]*)\b/g),
  ].map((match) => match[0]);
}

function hasRunbook(alert: string): boolean {
  return existsSync(resolve('deploy/runbooks', `${alert}.md`));
}

/** That a metric which nobody declares, and an alert without a page, are found. */
export function findsUnknownMetrics(rendered: Rendered): Findings {
  const asked = (rule: Rule) => {
    const planted: KubeObject = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'planted' },
      spec: { groups: [{ rules: [rule] }] },
    };
    return unknownMetrics({ ...rendered, objects: [planted] });
  };
  const scaled = (metric: { name: string; selector?: object }) => {
    const planted: KubeObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'planted' },
      spec: { metrics: [{ type: 'External', external: { metric } }] },
    };
    return unknownMetrics({ ...rendered, objects: [planted] });
  };
  return [
    ...mustFind('scaling on a metric that is not', scaled({ name: 'causeway_events_lags' })),
    ...mustFind(
      'scaling on a consumer that is not',
      scaled({ name: 'causeway_events_lag', selector: { matchLabels: { durable: 'books' } } }),
    ),
    ...mustFind(
      'a metric that is not',
      asked({ record: 'x', expr: 'sum(causeway_routing_paymints_total)' }),
    ),
    ...mustFind('an alert without a page', asked({ alert: 'NobodyKnows', expr: '1' })),
  ];
}
