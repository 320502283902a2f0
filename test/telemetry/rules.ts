import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../tidy/sources.ts';
import { asked } from './promql.ts';

/** The folder with the rules. */
export const ALERTS = join(ROOT, 'deploy', 'alerts');

/** A rule that alerts, or one that records. */
export interface Rule {
  file: string;
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Every rule of deploy/alerts. */
export function rules(): Rule[] {
  const files = readdirSync(ALERTS).filter((name) => name.endsWith('.yaml'));
  return files.flatMap((file) => {
    const { groups } = parse(readFileSync(join(ALERTS, file), 'utf8'));
    return groups.flatMap((group: { rules: Omit<Rule, 'file'>[] }) =>
      group.rules.map((rule) => ({ ...rule, file, labels: rule.labels ?? {} })),
    );
  });
}

/** The series that rules record, and the ones that Prometheus makes of those that alert. */
export function recorded(all: readonly Rule[]): [string, ReadonlySet<string>][] {
  const own = all.flatMap(({ record, expr, labels }): [string, Set<string>][] =>
    record ? [[record, new Set([...Object.keys(labels), ...asked(expr).grouped])]] : [],
  );
  return [...own, ['ALERTS', new Set(['alertname', 'alertstate', 'severity'])]];
}
