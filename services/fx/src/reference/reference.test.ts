import { parseRate } from '@causeway/money';
import { expect, it } from 'vitest';
import bundled from '../../reference/eurofxref-2026-04-13.csv';
import { objectionToReference } from '../guards/reference-guard.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
import { parseEcbFile } from '../sources/ecb-parse.ts';
import { DEFAULT_PEGS, parsePegs } from './pegs.ts';
import { Reference } from './reference.ts';
import { referenceTable } from './table.ts';

const DAY_MS = 86_400_000;
const day = parseEcbFile(bundled);
const pegs = parsePegs(DEFAULT_PEGS);
const table = referenceTable(day, pegs);

it('crosses every pair through the euro and says whose rate it is', () => {
  expect([...table.rates.keys()]).toEqual([...OFFERED_PAIRS.keys()]);
  expect(table.rates.get('HKD-JPY')).toMatchObject({
    text: '20.4082748',
    source: 'ECB 2026-04-13',
  });
  expect(table.rates.get('EUR-USD')?.text).toBe('1.1684');
  expect(table.rates.get('HKD-MOP')).toMatchObject({
    text: '1.03',
    source: 'ECB 2026-04-13, MOP by its peg of 1.03 to HKD',
  });
  expect(table.rates.get('MOP-JPY')?.text).toBe('19.813859');
  expect(table.rates.get('USD-BHD')?.source).toBe('ECB 2026-04-13, BHD by its peg of 0.376 to USD');
});

it('is disclosed for some days, and judged by for ever', () => {
  const reference = new Reference(6);
  expect(reference.freshRate('HKD-JPY', 0)).toBeUndefined();
  reference.replace(table, { forEver: false });
  const dayMs = Date.UTC(2026, 3, 13);
  expect(reference.freshRate('HKD-JPY', dayMs + 7 * DAY_MS - 1)?.text).toBe('20.4082748');
  expect(reference.freshRate('HKD-JPY', dayMs + 7 * DAY_MS)).toBeUndefined();
  expect(reference.lastRate('HKD-JPY')?.text).toBe('20.4082748');
  reference.replace(table, { forEver: true });
  expect(reference.freshRate('HKD-JPY', dayMs + 1_000 * DAY_MS)).toBeDefined();
});

it('is not replaced by a file that is early, older, incomplete, or too far off', () => {
  const guard = { pegged: new Set(pegs.map(({ pegged }) => pegged)), maxStepBps: 1_500 };
  const nowMs = Date.UTC(2026, 3, 20);
  const objection = (changed: Partial<typeof day>, last = day) =>
    objectionToReference({ ...day, ...changed }, last, nowMs, guard);
  expect(objection({ day: '2026-04-14' })).toBeUndefined();
  expect(objection({ day: '2026-04-21' })).toContain('future');
  expect(objection({ day: '2026-04-10' })).toContain('older');
  expect(objection({ perEuro: new Map([['USD', parseRate('1.1')]]) })).toMatch(/^lacks .*CNY/);
  const doubled = new Map(day.perEuro).set('JPY', parseRate('373.5'));
  expect(objection({ day: '2026-04-14', perEuro: doubled })).toBe('moves JPY by 10000 bps');
});

it('refuses pegs that name nothing', () => {
  for (const text of ['HKD-MOP', 'HKD-ZZZ:1', 'HKD-HKD:1', 'hkd-mop:1']) {
    expect(() => parsePegs(text)).toThrow('must be like');
  }
  expect(parsePegs('')).toEqual([]);
});
