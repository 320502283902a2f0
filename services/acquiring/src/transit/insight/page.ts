import type { GetTransitInsightResponse, InsightCount } from '@causeway/proto/acquiring';
import { barChart, hourChart } from './charts.ts';
import { escaped } from './escape.ts';
import { STYLE } from './style.ts';

/** What a page shows. */
export interface PageInput {
  partnerId: string;
  fromDate: string;
  toDate: string;
  insight: Omit<GetTransitInsightResponse, 'page'>;
  /** What lines are called, by their ids. */
  names: ReadonlyMap<string, string>;
}

const MAX_LINES = 12;
const MAX_BARS = 20;

/** The insight as one HTML document, without scripts or other resources. */
export function insightPage({ partnerId, fromDate, toDate, insight, names }: PageInput): string {
  const nameOf = (lineId = '') => names.get(lineId) ?? lineId;
  const total = insight.lines.reduce((sum, { count }) => sum + count, 0n);
  const [peak] = [...insight.peaks].sort(byCount);
  const [peakLine, peakDay, peakHour] = peak?.keys ?? [];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Trips ${escaped(fromDate)} to ${escaped(toDate)}</title><style>${STYLE}</style></head>
<body><main>
<header><h1>Trips of ${escaped(partnerId)}</h1>
<p class="soft">${escaped(fromDate)} to ${escaped(toDate)}, on the clock of each line</p></header>
<div class="cards">
${card('trips, about', grouped(total))}
${card('lines with enough riders', String(insight.lines.length))}
${card('busiest hour', peak ? `${peakHour}:00, ${nameOf(peakLine)}` : '–', peakDay)}
</div>
<h2>Trips by line</h2>
${bars(insight.lines, (keys) => nameOf(keys[0]))}
<h2>Through the day</h2>
${hours(insight.lineHours, nameOf)}
<h2>Where trips begin</h2>
${bars(insight.stops, ([line, stop]) => `${nameOf(line)} · ${stop ?? ''}`)}
<h2>Transfers within an hour</h2>
${bars(insight.transfers, ([from, to]) => `${nameOf(from)} → ${nameOf(to)}`)}
<footer class="soft"><p>Groups of fewer than ${insight.groupSize} people are left out of each day, and every
count of a day is a multiple of ${insight.groupSize}. A day is told once it is over, and never changes
afterwards.</p></footer>
</main></body></html>`;
}

function card(label: string, value: string, more = ''): string {
  const note = more === '' ? '' : `<span class="soft">${escaped(more)}</span>`;
  return `<div class="card"><span class="soft">${label}</span><b>${escaped(value)}</b>${note}</div>`;
}

function bars(counts: readonly InsightCount[], label: (keys: readonly string[]) => string): string {
  if (counts.length === 0) return '<p class="soft">No group is large enough to be told.</p>';
  const largest = [...counts].sort(byCount).slice(0, MAX_BARS);
  return barChart(largest.map(({ keys, count }) => ({ label: label(keys), count })));
}

function hours(counts: readonly InsightCount[], nameOf: (lineId?: string) => string): string {
  if (counts.length === 0) return '<p class="soft">No hour has enough riders to be told.</p>';
  const lines = [...new Set(counts.map(({ keys }) => keys[0] ?? ''))].slice(0, MAX_LINES);
  return lines
    .map((lineId) => {
      const own = counts.filter(({ keys }) => keys[0] === lineId);
      const byHour = new Map(own.map(({ keys, count }) => [Number(keys[1]), count]));
      return `<h3>${escaped(nameOf(lineId))}</h3>${hourChart(byHour)}`;
    })
    .join('\n');
}

function byCount(a: InsightCount, b: InsightCount): number {
  return a.count > b.count ? -1 : a.count < b.count ? 1 : 0;
}

/** A count with its thousands apart. */
function grouped(count: bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
