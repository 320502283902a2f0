import type { Panel } from './model.ts';

/** A line of a panel, or a single value where it has one point. */
export interface Line {
  name: string;
  /** Seconds since 1970 and value, in order of time. */
  points: [number, number][];
}

/** What a panel shows. */
export interface Answer {
  lines: Line[];
  /** What Prometheus said where it could not answer. */
  error?: string;
}

/** The time that a dashboard shows, in seconds since 1970. */
export interface Range {
  fromS: number;
  toS: number;
}

interface Result {
  metric: Record<string, string>;
  values?: [number, string][];
  value?: [number, string];
}

interface Body {
  status: string;
  error?: string;
  data: { result: Result[] };
}

const TIMEOUT_MS = 20_000;
const POINTS = 240;
/** The shortest step, and four scrapes, over which a rate has something to go by. */
const SCRAPE_S = 5;

/** Asks Prometheus at `url` for all that a panel shows. */
export async function ask(url: string, panel: Panel, range: Range): Promise<Answer> {
  const isRange = panel.type === 'timeseries';
  try {
    const lines = await Promise.all(
      (panel.targets ?? []).map(async ({ expr, legendFormat }) => {
        const results = await query(url, expr, range, isRange);
        return results.map(
          ({ metric, values, value }): Line => ({
            name: named(legendFormat, metric),
            points: (values ?? (value ? [value] : [])).map(([at, text]) => [at, Number(text)]),
          }),
        );
      }),
    );
    return { lines: lines.flat() };
  } catch (error) {
    return { lines: [], error: error instanceof Error ? error.message : String(error) };
  }
}

async function query(
  url: string,
  expr: string,
  { fromS, toS }: Range,
  isRange: boolean,
): Promise<Result[]> {
  const stepS = Math.max(SCRAPE_S, Math.round((toS - fromS) / POINTS));
  const text = expr
    .replaceAll('$__rate_interval', `${Math.max(4 * SCRAPE_S, stepS + SCRAPE_S)}s`)
    .replaceAll(/\$\{?partner\}?/g, '.*');
  const params = isRange
    ? { query: text, start: `${fromS}`, end: `${toS}`, step: `${stepS}` }
    : { query: text, time: `${toS}` };
  const path = isRange ? 'query_range' : 'query';
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(params)}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body: Body = JSON.parse(await response.text());
  if (body.status !== 'success') throw new Error(`${body.error ?? response.status}`);
  return body.data.result;
}

function named(format: string, metric: Record<string, string>): string {
  return format.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim();
}
