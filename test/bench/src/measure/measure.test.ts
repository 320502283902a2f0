import { describe, expect, test } from 'vitest';
import { busyBetween, purposeOf, type Reading } from './cpu-watch.ts';
import { Histogram } from './histogram.ts';
import { parseMachineSeconds, parseProcStat } from './proc.ts';
import { median, spreadOf } from './statistics.ts';

describe('a histogram', () => {
  test('tells percentiles to within 1.6 %, from microseconds to minutes', () => {
    const histogram = new Histogram();
    const durations = Array.from({ length: 10_000 }, (_, n) => 1.002 ** n / 1_000);
    for (const ms of durations) histogram.add(ms);
    for (const share of [0.1, 0.5, 0.9, 0.99, 0.999]) {
      const exact = durations[Math.ceil(share * durations.length) - 1] ?? 0;
      const within = Math.max(exact * 0.016, 0.0005);
      if (exact < 3_600_000) {
        expect(Math.abs(histogram.percentileMs(share) - exact)).toBeLessThanOrEqual(within);
      }
    }
  });

  test('is the same after a journey between processes', () => {
    const [first, second] = [new Histogram(), new Histogram()];
    for (const ms of [0, 0.001, 0.5, 7, 7, 250]) first.add(ms);
    second.add(3);
    second.merge(first.toData());
    expect(second.count).toBe(7);
    expect(second.percentileMs(0.5)).toBeCloseTo(3, 1);
    expect(second.maxMs).toBeCloseTo(250, -1);
    expect(Histogram.from(first.toData()).toData()).toEqual(first.toData());
  });

  test('with nothing in it tells zero', () => {
    expect(new Histogram().percentileMs(0.99)).toBe(0);
  });
});

test('the median is the middle one, or lies between the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([])).toBeNaN();
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

describe('CPU times', () => {
  const STAT =
    '4711 (node (a) b) S 12 4711 4711 0 -1 4194560 9 8 7 6 250 50 30 20 20 0 11 0 93 1 2 3';

  test('are read from /proc, whatever the name of the program', () => {
    expect(parseProcStat(STAT)).toEqual({
      pid: 4711,
      parentPid: 12,
      ownSeconds: 3,
      reapedSeconds: 0.5,
    });
    // user nice system idle iowait irq softirq steal guest
    expect(parseMachineSeconds('cpu  100 20 300 9999 888 4 5 6 70 0\ncpu0 1 2\n')).toEqual({
      worked: 4.29,
      stolen: 0.06,
    });
  });

  test('of Postgres belong to the database that a backend works for', () => {
    expect(purposeOf('postgres: causeway causeway_fx 127.0.0.1(5512) idle')).toBe('causeway_fx');
    expect(purposeOf('postgres: checkpointer')).toBe('background');
    expect(purposeOf('')).toBe('background');
  });

  test('between two readings are shares of a core, also for processes that came or went', () => {
    const reading = (worked: number, processes: [string, number][], backend: number): Reading => ({
      machine: { worked, stolen: worked / 8 },
      processes: new Map(processes),
      backends: new Map([[1, { seconds: backend, purpose: 'causeway_fx' }]]),
    });
    const before = reading(
      100,
      [
        ['postgres', 10],
        ['fx', 8],
      ],
      3,
    );
    const after = reading(
      108,
      [
        ['postgres', 12],
        ['fx', 1],
        ['load', 4],
      ],
      4,
    );
    expect(busyBetween(before, after, 4)).toEqual([
      { process: 'load', cores: 1 },
      { process: 'postgres', cores: 0.5, detail: [{ process: 'causeway_fx', cores: 0.25 }] },
      // Restarted meanwhile.
      { process: 'fx', cores: 0.25 },
      { process: 'elsewhere', cores: 0.25 },
      { process: 'stolen', cores: 0.25 },
    ]);
  });
});
