import type { Dashboard, Panel, Step } from './model.ts';
import type { Answer, Line, Range } from './query.ts';
import { COLORS, escaped, fitting, label, round, widthOf } from './svg.ts';
import { type Box, drawTimeseries } from './timeseries.ts';
import { inUnit } from './units.ts';

const WIDTH = 1_600;
const EDGE = 16;
const GAP = 8;
const ROW_H = 38;
const HEAD_H = 64;
const TITLE_H = 28;

/** Draws a whole dashboard as one picture, with what each of its panels was answered. */
export function drawDashboard(
  dashboard: Dashboard,
  answers: ReadonlyMap<Panel, Answer>,
  range: Range,
): string {
  const { panels, title, description } = dashboard;
  const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const height = HEAD_H + bottom * ROW_H + EDGE;
  const drawn = panels.map((panel) => {
    const answer = answers.get(panel) ?? { lines: [] };
    return panel.type === 'row' ? drawRow(panel) : drawPanel(panel, answer, range);
  });
  const times = [range.fromS, range.toS].map((at) =>
    new Date(at * 1_000).toISOString().slice(0, 16).replace('T', ' '),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="${COLORS.page}"/>`,
    label(EDGE, 30, title, { size: 20, weight: 600 }),
    label(EDGE, 51, description, { size: 13, fill: COLORS.faint }),
    label(WIDTH - EDGE, 30, `${times[0]} – ${times[1]} UTC`, {
      ...{ size: 13, fill: COLORS.faint, anchor: 'end' as const },
    }),
    ...drawn,
    '</svg>',
  ].join('\n');
}

function boxOf({ gridPos: { x, y, w, h } }: Panel): Box {
  const column = (WIDTH - 2 * EDGE + GAP) / 24;
  return {
    x: EDGE + x * column,
    y: HEAD_H + y * ROW_H,
    w: w * column - GAP,
    h: h * ROW_H - GAP,
  };
}

function drawRow(panel: Panel): string {
  const box = boxOf(panel);
  return label(box.x, box.y + 22, panel.title, { size: 15, weight: 600 });
}

function drawPanel(panel: Panel, answer: Answer, range: Range): string {
  const box = boxOf(panel);
  const frame = `<rect x="${round(box.x)}" y="${box.y}" width="${round(box.w)}" height="${box.h}" rx="3" fill="${COLORS.panel}" stroke="${COLORS.border}"/>`;
  const title = label(box.x + 12, box.y + 19, fitting(panel.title, 13, box.w - 24), {
    ...{ size: 13, weight: 600 },
  });
  const body = { x: box.x, y: box.y + TITLE_H, w: box.w, h: box.h - TITLE_H };
  const tip = `<title>${escaped(panel.description ?? panel.title)}</title>`;
  return `<g>${tip}${frame}${title}${content(panel, answer, range, body)}</g>`;
}

function content(panel: Panel, { lines, error }: Answer, range: Range, body: Box): string {
  const middle = { x: body.x + body.w / 2, y: body.y + body.h / 2 };
  if (error !== undefined || lines.length === 0) {
    const text = fitting(error ?? 'nothing yet', 12, body.w - 20);
    return label(middle.x, middle.y, text, { fill: COLORS.faint, anchor: 'middle' });
  }
  if (panel.type === 'timeseries') return drawTimeseries(panel, lines, range, body);
  if (panel.type === 'stat') return drawStat(panel, lines, body);
  return drawBars(panel, lines, body);
}

function drawStat(panel: Panel, lines: readonly Line[], body: Box): string {
  const value = latest(lines[0]);
  const { unit = 'short', decimals } = panel.fieldConfig?.defaults ?? {};
  const text = inUnit(value, unit, decimals);
  const color = colorOf(value, stepsOf(panel));
  const size = Math.min(44, body.h * 0.5, (body.w - 30) / (text.length * 0.6));
  const isFilled = panel.options?.colorMode === 'background';
  const plate = isFilled
    ? `<rect x="${round(body.x + 8)}" y="${body.y + 2}" width="${round(body.w - 16)}" height="${round(body.h - 10)}" rx="3" fill="${color}"/>`
    : '';
  const fill = isFilled ? '#ffffff' : color;
  const y = body.y + body.h / 2 + size * 0.32 - 3;
  return plate + label(body.x + body.w / 2, y, text, { size, fill, anchor: 'middle', weight: 600 });
}

function drawBars(panel: Panel, lines: readonly Line[], body: Box): string {
  const { unit = 'short', decimals, max } = panel.fieldConfig?.defaults ?? {};
  const most = Math.max(1, Math.floor((body.h - 8) / 22));
  const shown = lines.slice(0, most);
  const highest = max ?? Math.max(1, ...shown.map(latest));
  const names = Math.min(
    body.w * 0.4,
    Math.max(...shown.map(({ name }) => widthOf(name, 12))) + 12,
  );
  return shown
    .map((line, at) => {
      const value = latest(line);
      const y = body.y + 4 + at * ((body.h - 8) / shown.length);
      const h = Math.min(20, (body.h - 8) / shown.length - 6);
      const room = body.w - names - 100;
      const w = Math.max(2, (Math.min(value, highest) / highest) * room);
      const color = colorOf(value, stepsOf(panel));
      const bar = (width: number, fill: string) =>
        `<rect x="${round(body.x + names + 16)}" y="${round(y)}" width="${round(width)}" height="${round(h)}" rx="2" fill="${fill}"/>`;
      return [
        label(body.x + 12, y + h / 2 + 4, fitting(line.name, 12, names)),
        bar(room, COLORS.grid),
        bar(w, color),
        label(body.x + names + room + 26, y + h / 2 + 4, inUnit(value, unit, decimals), {
          ...{ fill: color, weight: 600 },
        }),
      ].join('');
    })
    .join('');
}

function latest(line: Line | undefined): number {
  return line?.points.at(-1)?.[1] ?? Number.NaN;
}

function stepsOf(panel: Panel): readonly Step[] {
  return panel.fieldConfig?.defaults.thresholds?.steps ?? [];
}

function colorOf(value: number, steps: readonly Step[]): string {
  const color = steps.findLast((step) => step.value === null || value >= step.value)?.color;
  return color === undefined || color === 'green' ? COLORS.green : color;
}
