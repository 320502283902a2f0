import { describe, expect, test } from 'vitest';
import { isDay, isWeekend } from './days.ts';
import { hasCalendar, holidaysOf, libraryDays } from './holidays.ts';
import { daysOf, LISTED } from './listed.ts';

/** Public and bank holidays from Monday to Friday, as the authorities announced them. */
const ANNOUNCED: [place: string, year: number, days: string][] = [
  ['HK', 2026, '01-01 02-17..19 04-03 04-06..07 05-01 05-25 06-19 07-01 10-01 10-19 12-25'],
  ['HK', 2027, '01-01 02-08..09 03-26 03-29 04-05 05-13 06-09 07-01 09-16 10-01 10-08 12-27'],
  [
    'JP',
    2026,
    '01-01..02 01-12 02-11 02-23 03-20 04-29 05-04..06 07-20 08-11 09-21..23 10-12 11-03 11-23 12-31',
  ],
  [
    'JP',
    2027,
    '01-01 01-11 02-11 02-23 03-22 04-29 05-03..05 07-19 08-11 09-20 09-23 10-11 11-03 11-23 12-31',
  ],
  ['SG', 2026, '01-01 02-17..18 04-03 05-01 05-27 06-01 08-10 11-09 12-25'],
  [
    'TH',
    2026,
    '01-01..02 03-03 04-06 04-13..15 05-01 05-04 06-01 06-03 07-28..29 08-12 10-13 10-23 12-07 ' +
      '12-10 12-31',
  ],
  ['CN', 2026, '01-01..02 02-16..20 02-23 04-06 05-01 05-04..05 06-19 09-25 10-01..02 10-05..07'],
  [
    'KR',
    2026,
    '01-01 02-16..18 03-02 05-01 05-05 05-25 06-03 07-17 08-17 09-24..25 10-05 10-09 12-25',
  ],
  [
    'MO',
    2026,
    '01-01 02-17..19 04-03 04-06..07 05-01 05-25 06-19 09-28 10-01..02 10-19 11-02 12-08 12-21..22 ' +
      '12-24..25',
  ],
  ['US', 2026, '01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25'],
  ['US', 2027, '01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25'],
];

const onWeekdays = (days: Iterable<string>) =>
  [...new Set(days)].filter((day) => !isWeekend(day)).sort();

describe('holidays', () => {
  test.each(ANNOUNCED)('of %s in %d are those that were announced', async (place, year, days) => {
    const found = await holidaysOf(place, year);
    expect(onWeekdays(found.days)).toEqual(daysOf({ year, days }));
    expect(found.isConfirmed).toBe(true);
  });

  test('of a year that is not announced, or that nobody checked, are an estimate', async () => {
    for (const place of ['TH', 'CN', 'KR', 'SG', 'MY', 'MO']) {
      const found = await holidaysOf(place, 2027);
      expect(found.isConfirmed, place).toBe(false);
      expect(found.days.has('2027-01-01'), place).toBe(true);
    }
    expect((await holidaysOf('HK', 2028)).isConfirmed).toBe(false);
  });

  // Why some years are listed: were the library to learn them, its list would be left out.
  test.each([
    ['CN', '2026-02-23'],
    ['KR', '2026-02-16'],
    ['TH', '2026-06-01'],
  ])('of %s miss %s in the library', async (place, day) => {
    expect(await libraryDays(place, 2026)).not.toContain(day);
    expect((await holidaysOf(place, 2026)).days).toContain(day);
  });

  test('of Macau in 2027 are the ones that its order fixes', async () => {
    expect(onWeekdays((await holidaysOf('MO', 2027)).days)).toEqual(
      daysOf({
        year: 2027,
        days: '01-01 02-08 03-26 04-05 05-13 06-09 09-16 10-01 10-08 11-02 12-08 12-20 12-22 12-24',
      }),
    );
  });

  test('of a place without a calendar are none', async () => {
    expect((await holidaysOf('XX', 2026)).days.size).toBe(0);
    expect(await hasCalendar('XX')).toBe(false);
    for (const place of ['MO', 'HK', 'GB']) expect(await hasCalendar(place), place).toBe(true);
  });

  test('are whole days only, and all that a list names are days', async () => {
    expect(await libraryDays('CN', 2026)).not.toContain('2026-03-08');
    for (const listed of LISTED) {
      const days = daysOf(listed);
      expect(days.every(isDay), `${listed.countryCode} ${listed.year}`).toBe(true);
      expect(days).toEqual([...new Set(days)].sort());
    }
    expect(() => daysOf({ year: 2026, days: '1-1' })).toThrow(RangeError);
  });
});
