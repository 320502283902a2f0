import type { Collected } from '../collection.ts';
import { decades, niceSteps } from './scale.ts';

/** One measured load of one curve. */
interface Point {
  series: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** False where the system did not keep up; drawn hollow. */
  counts: boolean;
}

const WIDTH = 880;
const HEIGHT = 500;
const PLOT = { left: 78, right: 850, top: 96, bottom: 430 };
const INK = '#222';
const GRID = '#e3e3e3';
/** Told apart by people who see fewer colours, too. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const MEASURES = [
  { name: 'p50', of: (point: Point) => point.p50Ms, dash: '' },
  { name: 'p99', of: (point: Point) => point.p99Ms, dash: '7 4' },
] as const;

/** From values to places in the drawing. */
interface Scales {
  x: (perSecond: number) => number;
  y: (ms: number) => number;
  xTicks: number[];
  yTicks: number[];
}

/** Draws latency against load; undefined where nothing was measured in an open loop. */
export function drawLatency(lines: readonly Collected[]): string | undefined {
  const points = lines.flatMap(pointOf).sort((a, b) => a.perSecond - b.perSecond);
  if (points.length === 0) return undefined;
  const scales = scalesFor(points);
  const series = [...new Set(points.map((point) => point.series))].sort();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(PLOT.left, 30, 'Latency of payments against load', 'font-size="18" font-weight="600"'),
    text(
      PLOT.left,
      50,
      'Open loop: arrivals at random times, timed from when they were due',
      FAINT,
    ),
    ...axes(scales),
    ...series.flatMap((name, index) => curves(name, index, points, scales)),
    ...legend(series, points),
    '</svg>\n',
  ].join('\n');
}

function pointOf(line: Collected): Point[] {
  const { offeredPerSecond: perSecond, p50Ms, p99Ms, series = 'payments', validRounds } = line;
  if (perSecond === undefined || !p50Ms || !p99Ms) return [];
  const counts = validRounds > 0;
  return [{ series, perSecond, p50Ms: p50Ms.median, p99Ms: p99Ms.median, counts }];
}

function scalesFor(points: readonly Point[]): Scales {
  const xTicks = niceSteps(Math.max(...points.map(({ perSecond }) => perSecond)));
  const yTicks = decades(
    Math.min(...points.map(({ p50Ms }) => p50Ms)),
    Math.max(...points.map(({ p99Ms }) => p99Ms)),
  );
  const [xMax, yMin, yMax] = [xTicks.at(-1) ?? 1, yTicks[0] ?? 1, yTicks.at(-1) ?? 10];
  const yShare = (ms: number) => Math.log(ms / yMin) / Math.log(yMax / yMin);
  return {
    x: (perSecond) => PLOT.left + (perSecond / xMax) * (PLOT.right - PLOT.left),
    y: (ms) => PLOT.bottom - yShare(ms) * (PLOT.bottom - PLOT.top),
    xTicks,
    yTicks,
  };
}

const FAINT = 'fill="#666"';

function axes({ x, y, xTicks, yTicks }: Scales): string[] {
  const { left, right, top, bottom } = PLOT;
  return [
    ...yTicks.flatMap((ms) => [
      stroke(left, y(ms), right, y(ms), GRID),
      text(left - 10, y(ms) + 4, String(ms), 'text-anchor="end"'),
    ]),
    ...xTicks.flatMap((perSecond) => [
      stroke(x(perSecond), top, x(perSecond), bottom, GRID),
      text(x(perSecond), bottom + 20, perSecond.toLocaleString('en-US'), 'text-anchor="middle"'),
    ]),
    stroke(left, bottom, right, bottom, INK),
    stroke(left, top, left, bottom, INK),
    text((left + right) / 2, bottom + 46, 'payments offered per second', 'text-anchor="middle"'),
    text(
      0,
      0,
      'milliseconds, log scale',
      `text-anchor="middle" transform="translate(24 ${(top + bottom) / 2}) rotate(-90)"`,
    ),
  ];
}

function curves(name: string, index: number, points: readonly Point[], { x, y }: Scales): string[] {
  const colour = colourOf(index);
  const own = points.filter(({ series }) => series === name);
  return MEASURES.flatMap(({ of, dash }) => {
    const places = own.map((point) => `${at(x(point.perSecond))},${at(y(of(point)))}`).join(' ');
    return [
      `<polyline points="${places}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      ...own.map((point) => dot(x(point.perSecond), y(of(point)), colour, point.counts)),
    ];
  });
}

function legend(series: readonly string[], points: readonly Point[]): string[] {
  let left = PLOT.left;
  const entries = series.flatMap((name, index) =>
    MEASURES.map(({ name: measure, dash }) => ({ label: `${name} ${measure}`, index, dash })),
  );
  const shown = entries.flatMap(({ label, index, dash }) => {
    const from = left;
    left += 52 + label.length * 7.2;
    return [
      `<line x1="${at(from)}" y1="74" x2="${at(from + 28)}" y2="74" stroke="${colourOf(index)}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      text(from + 34, 78, label),
    ];
  });
  if (points.every(({ counts }) => counts)) return shown;
  return [...shown, dot(left + 6, 74, INK, false), text(left + 18, 78, 'did not keep up')];
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

function dot(x: number, y: number, colour: string, filled: boolean): string {
  const fill = filled ? colour : '#fff';
  return `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;
}

function stroke(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escaped}</text>`;
}

/** A tenth of a pixel is as fine as anybody sees. */
function at(place: number): string {
  return String(Math.round(place * 10) / 10);
}
