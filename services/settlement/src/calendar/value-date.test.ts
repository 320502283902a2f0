import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { businessDayAfter, isBusinessDay } from './business-day.ts';
import { addDays, isDay } from './days.ts';
import type { HolidayCalendar } from './rule.ts';
import { valueDateOf } from './value-date.ts';

const place = (countryCode: string, more: Partial<HolidayCalendar> = {}): HolidayCalendar => ({
  ...{ countryCode, extraHolidays: [], removedHolidays: [], ...more },
});
const [HK, JP] = [place('HK'), place('JP')];
const dayOf = async (from: string, businessDays: number, ...calendars: HolidayCalendar[]) =>
  (await valueDateOf({ businessDays, calendars }, from)).day;

const anyDay = fc.integer({ min: 0, max: 1_500 }).map((days) => addDays('2026-01-01', days));
const someClosed = fc
  .array(anyDay, { maxLength: 40 })
  .map((days): ReadonlySet<string> => new Set(days));

describe('a day', () => {
  test.each(['2026-02-28', '2028-02-29', '2026-12-31'])('is %s', (day) => {
    expect(isDay(day)).toBe(true);
  });

  test.each(['2026-02-29', '2026-13-01', '2026-1-1', '20260101', '', '2026-01-01T00:00'])(
    'is not %s',
    (day) => {
      expect(isDay(day)).toBe(false);
    },
  );
});

describe('a value date', () => {
  test.each([
    // A Friday in Tokyo; Monday the 12th is the coming of age day there and none in Hong Kong.
    ['2026-01-09', 1, [HK, JP], '2026-01-13'],
    ['2026-01-09', 1, [HK], '2026-01-12'],
    // Golden week; Hong Kong is closed on 1 May besides.
    ['2026-04-30', 1, [HK, JP], '2026-05-07'],
    ['2026-04-30', 2, [HK, JP], '2026-05-08'],
    // Christmas and Boxing Day, then two banks' holidays and New Year on the way.
    ['2026-12-24', 1, [HK, JP], '2026-12-28'],
    ['2026-12-30', 1, [HK, JP], '2027-01-04'],
    // Without any calendar, only weekends are closed.
    ['2026-12-24', 1, [], '2026-12-25'],
    ['2026-12-25', 1, [], '2026-12-28'],
    // The same day, or the first that is open.
    ['2026-11-30', 0, [HK, JP], '2026-11-30'],
    ['2026-11-28', 0, [HK, JP], '2026-11-30'],
    ['2026-12-31', 0, [HK, JP], '2027-01-04'],
  ])('of %s is %d business days later where %j are open', async (day, count, places, expected) => {
    expect(await dayOf(day, count, ...places)).toBe(expected);
  });

  test('goes by the holidays that an agreement adds and removes at a place', async () => {
    const typhoon = place('HK', { extraHolidays: ['2026-12-01'] });
    expect(await dayOf('2026-11-30', 1, typhoon, JP)).toBe('2026-12-02');
    const open = place('JP', { removedHolidays: ['2026-12-31'] });
    expect(await dayOf('2026-12-30', 1, open)).toBe('2026-12-31');
    // What one place is open on says nothing of the other.
    expect(await dayOf('2026-12-30', 1, open, JP)).toBe('2027-01-04');
  });

  test('says on which estimates it stands, and only where it reached them', async () => {
    const rule = { businessDays: 1, calendars: [HK, place('TH')] };
    expect((await valueDateOf(rule, '2026-11-30')).estimates).toEqual([]);
    expect((await valueDateOf(rule, '2026-12-30')).estimates).toEqual(['TH 2027']);
    const later = { businessDays: 0, calendars: [HK] };
    expect((await valueDateOf(later, '2028-03-01')).estimates).toEqual(['HK 2028']);
  });
});

describe('business days', () => {
  test('are found after exactly so many open ones', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 30 }), someClosed, (day, count, closed) => {
        const found = businessDayAfter(day, count, closed);
        expect(isBusinessDay(found, closed)).toBe(true);
        let open = 0;
        for (let here = addDays(day, 1); here <= found; here = addDays(here, 1)) {
          if (isBusinessDay(here, closed)) open += 1;
        }
        expect(open).toBe(count);
      }),
    );
  });

  test('of the same day never lie before it, and are it where it is open', () => {
    fc.assert(
      fc.property(anyDay, someClosed, (day, closed) => {
        const found = businessDayAfter(day, 0, closed);
        expect(found === day).toBe(isBusinessDay(day, closed));
        expect(found >= day).toBe(true);
      }),
    );
  });

  test('end somewhere, even where a calendar has none', () => {
    const days = Array.from({ length: 500 }, (_, index) => addDays('2026-01-01', index));
    expect(() => businessDayAfter('2026-01-01', 1, new Set(days))).toThrow(RangeError);
  });
});
