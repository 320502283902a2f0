import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../tidy/sources.ts';
import { BUSINESS } from './business.ts';
import { series } from './declared.ts';
import { asked, missing } from './promql.ts';
import { recorded, rules } from './rules.ts';

interface Panel {
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
}

interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
}

const FOLDER = join(ROOT, 'deploy', 'grafana');
const dashboards: [string, Dashboard][] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))]);

let known: Map<string, ReadonlySet<string>>;
beforeAll(async () => {
  known = new Map([...(await series()), ...recorded(rules())]);
});

test('what is no metric, no label or no PromQL is found', () => {
  const of = (query: string) => missing(query, known);
  expect(of('sum by (state) (rate(causeway_routing_payments_total[5m]))')).toEqual([]);
  expect(of('causeway_routing_payment_total')).toEqual(['causeway_routing_payment_total']);
  expect(of('causeway_routing_pending{partner="x"}')).toEqual([
    'causeway_routing_pending{partner}',
  ]);
  expect(of('sum by (country) (causeway_routing_pending)')).toEqual(['by (country)']);
  expect(of('sum(rate(causeway_routing_pending[5m])')).toEqual([
    expect.stringMatching('no PromQL'),
  ]);
});

test('there are dashboards for every part, each under a name of its own', () => {
  const names = dashboards.map(([name]) => name.replace('.json', ''));
  expect(names).toEqual(
    expect.arrayContaining(['overview', 'payments', 'delivery', 'settlement', 'fx', 'runtime']),
  );
  expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
});

describe.each(dashboards)('%s', (_name, { panels }) => {
  const shown = panels.filter(({ type }) => type !== 'row');

  test('asks for nothing that does not exist', () => {
    for (const { title, targets = [] } of shown) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { expr } of targets) expect(missing(expr, known), `${title}: ${expr}`).toEqual([]);
    }
  });

  test('names in legends only labels that its queries leave', () => {
    for (const { title, targets = [] } of shown) {
      for (const { expr, legendFormat } of targets) {
        const { grouped, selected } = asked(expr);
        // A query that adds up leaves what it adds up by; any other leaves all.
        const left = /\b(sum|max|min|count)\b/.test(expr)
          ? new Set(grouped)
          : new Set(selected.flatMap(({ name }) => [...(known.get(name) ?? [])]));
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        expect(
          named.filter((label) => !left.has(label)),
          `${title}: ${legendFormat}`,
        ).toEqual([]);
      }
    }
  });

  test('says what each panel shows, and lays none over another', () => {
    const taken = new Set<string>();
    for (const { title, description = '', gridPos } of shown) {
      expect(description.length, title).toBeGreaterThan(5);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false);
          expect(x, title).toBeLessThan(24);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

test('every business metric is on a dashboard or in an alert', () => {
  const queries = [
    ...dashboards.flatMap(([, { panels }]) => panels.flatMap(({ targets = [] }) => targets)),
    ...rules(),
  ].map(({ expr }) => expr);
  const used = new Set(queries.flatMap((query) => asked(query).selected.map(({ name }) => name)));
  const stem = (name: string) => name.replace(/_(bucket|count|sum)$/, '');
  const stems = new Set([...used].map(stem));
  expect(BUSINESS.map(({ metric }) => metric).filter((name) => !stems.has(stem(name)))).toEqual([]);
});
