import { parser } from '@prometheus-io/lezer-promql';

/** What a query asks for. */
export interface Asked {
  /** Each series that it selects, with the labels that it selects by. */
  selected: { name: string; labels: string[] }[];
  /** The labels that it adds up or matches by. */
  grouped: string[];
  /** The parts that are no PromQL. */
  errors: string[];
}

/** What Grafana puts in before it sends a query. */
const VARIABLES: readonly [RegExp, string][] = [
  [/\$__rate_interval|\$__interval|\$__range/g, '1m'],
  [/\$\{?[a-z_]+\}?/g, 'any'],
];

/** Reads a query by the grammar that Prometheus' own editor uses. */
export function asked(query: string): Asked {
  const text = VARIABLES.reduce((sum, [variable, value]) => sum.replace(variable, value), query);
  const found: Asked = { selected: [], grouped: [], errors: [] };
  parser.parse(text).iterate({
    enter({ name, from, to, node }) {
      const here = text.slice(from, to);
      if (name === '⚠') found.errors.push(text.slice(Math.max(0, from - 20), to + 20));
      if (name === 'VectorSelector') found.selected.push({ name: metricOf(here), labels: [] });
      if (name !== 'LabelName') return;
      if (node.parent?.name === 'GroupingLabels') found.grouped.push(here);
      else found.selected.at(-1)?.labels.push(here);
    },
  });
  return found;
}

function metricOf(selector: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(selector)?.[0] ?? '';
}

/**
 * What of a query does not exist: series, and labels that none of its series has.
 *
 * @param known the labels of each series
 */
export function missing(query: string, known: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const { selected, grouped, errors } = asked(query);
  const series = selected.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const labels = selected.flatMap(({ name, labels: by }) =>
    by.filter((label) => !known.get(name)?.has(label)).map((label) => `${name}{${label}}`),
  );
  const ofAny = new Set(selected.flatMap(({ name }) => [...(known.get(name) ?? [])]));
  const groups = grouped.filter((label) => !ofAny.has(label)).map((label) => `by (${label})`);
  return [...errors.map((text) => `no PromQL: ${text}`), ...series, ...labels, ...groups];
}
