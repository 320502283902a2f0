import { describe, expect, test } from 'vitest';
import { Collection } from '../collection.ts';
import type { Part, Sample } from '../part.ts';
import { figuresOf } from './figures.ts';
import { judge } from './goals.ts';
import { decades, niceSteps } from './scale.ts';
import { drawLatency } from './svg.ts';
import { reportText } from './table.ts';

const part: Part = { name: 'payments', title: 'Payments' };
const sample = (line: string, perSecond: number, more: Partial<Sample> = {}): Sample => ({
  ...{ line, title: line, perSecond, busy: [], valid: true },
  ...more,
});

function collected(...samples: Sample[]) {
  const collection = new Collection();
  collection.add(part, samples);
  return collection.lines();
}

test('a line shows the median and the extremes of the rounds that count', () => {
  const busy = (cores: number) => [{ process: 'routing', cores }];
  const [line] = collected(
    sample('unary.32', 100, { p99Ms: 9, busy: busy(0.5) }),
    sample('unary.32', 900, { valid: false, notes: ['facts fell behind'] }),
    sample('unary.32', 120, { p99Ms: 7, busy: busy(0.7) }),
    sample('unary.32', 110, { p99Ms: 8, busy: busy(0.6) }),
  );
  expect(line).toMatchObject({
    perSecond: { median: 110, min: 100, max: 120 },
    p99Ms: { median: 8 },
    busy: busy(0.6),
    notes: ['facts fell behind'],
    validRounds: 3,
    rounds: 4,
  });
});

describe('the figures', () => {
  const lines = collected(
    sample('echo.32', 4_000),
    sample('echo.256', 5_000),
    sample('unary.1', 100),
    sample('unary.256', 2_000),
    sample('stream.256', 9_000, { valid: false }),
    sample('stream.32', 4_000),
    sample('tpcb.port', 2_900),
    sample('tpcb.pgbench', 3_000),
    sample('ledger.uniform', 18_000),
    sample('ledger.hot_rejects', 18_900),
    sample('naive.plain_sql', 2_000),
    sample('open.half', 1_000, { p50Ms: 5, p99Ms: 20, offeredPerSecond: 1_000 }),
    sample('routes.two', 50_000),
    sample('routes.eight', 20_000),
    sample('transit.es256', 1_500, { p99Ms: 2 }),
    sample('drain', 0, { figures: { drain_share: 0.01 } }),
  );
  const figures = figuresOf(lines, true);

  test('take the best line that counts, and set it against the limits', () => {
    expect(figures).toEqual({
      echo_rps: 5_000,
      unary_pps: 2_000,
      stream_pps: 4_000,
      unary_over_echo: 0.4,
      stream_over_echo: 0.8,
      tpcb_tps: 3_000,
      ledger_tps: 18_000,
      ledger_over_tpcb: 6,
      hot_over_uniform: 1.05,
      naive_tps: 2_000,
      ledger_over_naive: 9,
      half_load_p50_ms: 5,
      half_load_p99_ms: 20,
      drain_share: 0.01,
      growth_cost_ratio: null,
      route_choices_ps: 50_000,
      route_partner_us: 5,
      transit_es256_ps: 1_500,
      transit_es256_p99_ms: 2,
      transit_eddsa_ps: null,
      transit_eddsa_p99_ms: null,
      clearing_lines_ps: null,
      clearing_peak_mib: null,
      reconcile_lines_ps: null,
      reconcile_peak_mib: null,
      books_ok: true,
    });
  });

  test('are judged by their goals, both ways round', () => {
    const verdicts = judge(figures).map(({ value, verdict }) => [value, verdict]);
    expect(verdicts).toEqual([
      [0.4, 'below'],
      [0.8, 'reached'],
      [6, 'reached'],
      [1.05, 'reached'],
      [9, 'reached'],
      [4, 'reached'],
      [0.01, 'reached'],
    ]);
  });

  test('and the table and the drawing show them', () => {
    const report = { lines, figures, problems: [{ what: 'payments: a wrong book' }] };
    const shown = { ...report, cpuKnown: false, rounds: 1, seconds: 3, tookSeconds: 60 };
    const text = reportText(shown);
    expect(text).toContain('stream.256 (does not count)');
    expect(text).toMatch(/ledger transfers ÷ tpcb-like transactions\s+6\s+reached/);
    expect(text).toMatch(/FAILED\n {2}payments: a wrong book$/);
    expect(drawLatency(lines)).toMatch(/^<svg[\s\S]*<circle[\s\S]*<\/svg>\n$/);
    expect(drawLatency([])).toBeUndefined();
  });
});

test('axes have round steps that hold every value', () => {
  expect(niceSteps(1_900)).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000]);
  expect(niceSteps(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(decades(4.1, 120)).toEqual([2, 5, 10, 20, 50, 100, 200]);
  expect(decades(0.3, 0.3)).toEqual([0.2, 0.5]);
});
