import { colorNamed, type Panel, type Step } from './model.ts';
import type { Line, Range } from './query.ts';
import { COLORS, colorAt, fitting, label, round, widthOf } from './svg.ts';
import { inUnit, ticksIn } from './units.ts';

/** A place on the picture, in pixels. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

interface Scale {
  x: (at: number) => number;
  y: (value: number) => number;
}

const LEGEND_SIZE = 11;
const LEGEND_ROW = 16;
const MAX_LEGEND_ROWS = 3;
const AXIS_W = 56;

/** Draws lines over time, with axes and a legend, into a box. */
export function drawTimeseries(
  panel: Panel,
  lines: readonly Line[],
  range: Range,
  box: Box,
): string {
  const settings = panel.fieldConfig?.defaults;
  const isStacked = settings?.custom?.stacking?.mode === 'normal';
  const fill = (settings?.custom?.fillOpacity ?? 0) / 100;
  const colors = lines.map(({ name }, at) => colorNamed(panel, name) ?? colorAt(at));
  const legend = legendOf(lines, colors, box);
  const plot = {
    x: box.x + AXIS_W,
    y: box.y + 6,
    w: box.w - AXIS_W - 10,
    h: box.h - 30 - legend.h,
  };
  const stacked = isStacked ? stackedUp(lines) : lines.map((line) => ({ line, floor: undefined }));
  const steps = settings?.custom?.thresholdsStyle?.mode === 'dashed' ? boundsOf(panel) : [];
  const marks = marksOf(
    panel,
    stacked.map(({ line }) => line),
    steps,
  );
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const scale: Scale = {
    x: (at) => plot.x + ((at - range.fromS) / (range.toS - range.fromS)) * plot.w,
    y: (value) => plot.y + plot.h - ((value - low) / (high - low || 1)) * plot.h,
  };
  const drawn = stacked.map(({ line, floor }, at) =>
    pathOf(line, floor, scale, low, colors[at] ?? colorAt(at), fill),
  );
  return [
    ...marks.map((mark) => gridLine(plot, scale.y(mark), inUnit(mark, settings?.unit ?? 'short'))),
    ...timesIn(range).map((at) => timeMark(plot, scale.x(at), at)),
    ...(isStacked ? drawn.reverse() : drawn),
    ...steps
      .filter(({ value }) => Number(value) <= high)
      .map(({ value, color }) => threshold(plot, scale.y(Number(value)), color)),
    legend.svg,
  ].join('');
}

function boundsOf(panel: Panel): Step[] {
  return (panel.fieldConfig?.defaults.thresholds?.steps ?? []).filter(
    ({ value }) => value !== null,
  );
}

/** Round values that the axis shows: all points are between the first and the last. */
function marksOf(panel: Panel, lines: readonly Line[], steps: readonly Step[]): number[] {
  const { min, max, unit = 'short' } = panel.fieldConfig?.defaults ?? {};
  const values = lines
    .flatMap(({ points }) => points.map(([, value]) => value))
    .filter(Number.isFinite);
  const highest = Math.max(max ?? Number.NEGATIVE_INFINITY, ...values);
  const lowest = Math.min(min ?? Number.POSITIVE_INFINITY, ...values);
  const low = Number.isFinite(lowest) ? lowest : 0;
  const first = Number(steps[0]?.value ?? 0);
  // A bound is drawn where the line comes near it; far above it would only flatten the line.
  const near = steps.length > 0 && first < 2 * highest ? first * 1.1 : highest;
  const high = Math.max(Number.isFinite(highest) ? highest : 1, Number.isFinite(near) ? near : 1);
  return ticksIn(unit, low, high > low ? high : low + (Math.abs(low) || 1), 4);
}

function stackedUp(lines: readonly Line[]): { line: Line; floor: Line }[] {
  const sums = new Map<number, number>();
  return lines.map(({ name, points }) => {
    const floor: Line = { name, points: points.map(([at]) => [at, sums.get(at) ?? 0]) };
    const top = points.map(([at, value]): [number, number] => {
      const sum = (sums.get(at) ?? 0) + (Number.isFinite(value) ? value : 0);
      sums.set(at, sum);
      return [at, sum];
    });
    return { line: { name, points: top }, floor };
  });
}

function pathOf(
  { name, points }: Line,
  floor: Line | undefined,
  scale: Scale,
  low: number,
  color: string,
  fill: number,
): string {
  const runs = runsOf(points);
  const path = runs
    .map((run) => `M${run.map((point) => placeOf(point, scale)).join('L')}`)
    .join('');
  const below = new Map(floor?.points ?? []);
  const area = runs
    .map((run) => {
      const base = run
        .toReversed()
        .map(([at]): [number, number] => [at, below.get(at) ?? Math.max(0, low)]);
      return `M${[...run, ...base].map((point) => placeOf(point, scale)).join('L')}Z`;
    })
    .join('');
  const filled =
    fill > 0 ? `<path d="${area}" fill="${color}" fill-opacity="${fill}" stroke="none"/>` : '';
  const line = `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.6" stroke-linejoin="round"/>`;
  return `<g data-line="${name.replaceAll(/[^\w .:*-]/g, '')}">${filled}${line}</g>`;
}

/** Where nothing was measured a line breaks off. */
function runsOf(points: readonly [number, number][]): [number, number][][] {
  const runs: [number, number][][] = [];
  const gaps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  const usual = Math.min(...gaps) || 1;
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, value] of points) {
    if (!Number.isFinite(value)) continue;
    if (at - last > usual * 1.5) runs.push([]);
    runs.at(-1)?.push([at, value]);
    last = at;
  }
  return runs;
}

function placeOf([at, value]: [number, number], scale: Scale): string {
  return `${round(scale.x(at))} ${round(scale.y(value))}`;
}

function gridLine(plot: Box, y: number, text: string): string {
  const line = `<line x1="${plot.x}" x2="${plot.x + plot.w}" y1="${round(y)}" y2="${round(y)}" stroke="${COLORS.grid}"/>`;
  return line + label(plot.x - 6, y + 4, text, { size: 11, fill: COLORS.faint, anchor: 'end' });
}

function threshold(plot: Box, y: number, color: string): string {
  return `<line x1="${plot.x}" x2="${plot.x + plot.w}" y1="${round(y)}" y2="${round(y)}" stroke="${color}" stroke-dasharray="6 4" stroke-width="1.2"/>`;
}

const TIME_STEPS_S = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];

function timesIn({ fromS, toS }: Range): number[] {
  const wanted = (toS - fromS) / 5;
  const step = TIME_STEPS_S.find((one) => one >= wanted) ?? 28_800;
  const first = Math.ceil(fromS / step) * step;
  return Array.from({ length: Math.floor((toS - first) / step) + 1 }, (_, at) => first + at * step);
}

function timeMark(plot: Box, x: number, at: number): string {
  const time = new Date(at * 1_000).toTimeString().slice(0, at % 60 === 0 ? 5 : 8);
  const line = `<line x1="${round(x)}" x2="${round(x)}" y1="${plot.y}" y2="${plot.y + plot.h}" stroke="${COLORS.grid}" stroke-opacity="0.6"/>`;
  return (
    line + label(x, plot.y + plot.h + 15, time, { size: 11, fill: COLORS.faint, anchor: 'middle' })
  );
}

function legendOf(
  lines: readonly Line[],
  colors: readonly string[],
  box: Box,
): { svg: string; h: number } {
  const right = box.x + box.w - 12;
  const entries: string[] = [];
  let x = box.x + 12;
  let row = 0;
  for (const [at, { name }] of lines.entries()) {
    const text = fitting(name || 'value', LEGEND_SIZE, box.w - 40);
    const width = widthOf(text, LEGEND_SIZE) + 28;
    if (x + width > right && x > box.x + 12) {
      row += 1;
      x = box.x + 12;
    }
    if (row >= MAX_LEGEND_ROWS) {
      row -= 1;
      entries.push(`<!--${lines.length - at} more-->`);
      break;
    }
    entries.push(
      `<g transform="translate(${round(x)} ROW${row}ROW)">${key(colors[at] ?? colorAt(at))}${label(18, 4, text, { size: LEGEND_SIZE, fill: COLORS.faint })}</g>`,
    );
    x += width;
  }
  const h = lines.length === 0 ? 0 : (row + 1) * LEGEND_ROW;
  const top = box.y + box.h - h + 4;
  const svg = entries
    .join('')
    .replaceAll(/ROW(\d)ROW/g, (_, at: string) => `${top + Number(at) * LEGEND_ROW}`);
  return { svg, h };
}

function key(color: string): string {
  return `<rect x="0" y="-1" width="12" height="3" rx="1.5" fill="${color}"/>`;
}
