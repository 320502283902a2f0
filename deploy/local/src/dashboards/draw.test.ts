import { describe, expect, test } from 'vitest';
import { drawDashboard } from './draw.ts';
import { dashboardsIn, type Panel } from './model.ts';
import type { Answer } from './query.ts';
import { inUnit, ticksIn } from './units.ts';

const RANGE = { fromS: 1_700_000_000, toS: 1_700_000_600 };
const dashboards = dashboardsIn('deploy/grafana');

/** A minute without a measurement, and one that is no number. */
const POINTS = Array.from({ length: 20 }, (_, at): [number, number] => [
  RANGE.fromS + at * 30,
  at === 7 ? Number.NaN : Math.sin(at) + 1,
]).filter((_, at) => at !== 12 && at !== 13);

function answersOf(panels: readonly Panel[], answer: Answer): Map<Panel, Answer> {
  return new Map(panels.map((panel) => [panel, answer]));
}

describe.each(dashboards.map((one) => [one.name, one] as const))('%s', (_name, dashboard) => {
  test('is drawn whole, whatever was answered', () => {
    const lines = ['one', 'an <odd> & "other"'].map((name) => ({ name, points: POINTS }));
    const answers: Answer[] = [{ lines }, { lines: [] }, { lines: [], error: 'no such <metric>' }];
    for (const answer of answers) {
      const svg = drawDashboard(dashboard, answersOf(dashboard.panels, answer), RANGE);
      expect(svg).toMatch(/^<svg [^>]+>[\s\S]+<\/svg>$/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|ROW\d/);
      expect(svg).not.toContain('<odd>');
      for (const { title } of dashboard.panels) expect(svg).toContain(title.slice(0, 10));
    }
  });
});

test('the overview comes first', () => {
  expect(dashboards[0]?.name).toBe('overview');
});

test('a line breaks off where nothing was measured', () => {
  const [dashboard] = dashboards;
  const panel = dashboard?.panels.find(({ title }) => title === 'How long partners wait');
  if (dashboard === undefined || panel === undefined) throw new Error('no panel');
  const answers = new Map([[panel, { lines: [{ name: 'one', points: POINTS }] }]]);
  const drawn = drawDashboard(dashboard, answers, RANGE).split('data-line="one"')[1] ?? '';
  const line = /<path d="([^"]+)" fill="none"/.exec(drawn)?.[1] ?? '';
  expect(line.match(/M/g)).toHaveLength(3);
});

test('values are told in words of their unit', () => {
  expect(inUnit(0.0565, 's')).toBe('56.5 ms');
  expect(inUnit(300, 's')).toBe('5 min');
  expect(inUnit(0.9995, 'percentunit', 2)).toBe('99.95 %');
  expect(inUnit(1_536, 'bytes')).toBe('1.5 KiB');
  expect(inUnit(12_300, 'short')).toBe('12.3 K');
  expect(inUnit(Number.NaN, 'short')).toBe('–');
  expect(ticksIn('bytes', 0, 3 * 1_024, 3)).toEqual([0, 1_024, 2_048, 3_072]);
  expect(ticksIn('s', 0, 0.9, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});
