import { businessDayAfter } from './business-day.ts';
import { yearOf } from './days.ts';
import { holidaysOf } from './holidays.ts';
import type { HolidayCalendar, ValueDateRule } from './rule.ts';

/** On which day money moves, and how sure that is. */
export interface ValueDate {
  /** `YYYY-MM-DD`. */
  day: string;
  /** Years of places, as `TH 2027`, whose holidays it passed over are estimates. */
  estimates: readonly string[];
}

/**
 * The value date of a clearing day. It depends on calendars that a later release may know better:
 * what was told to a participant is to be stored, not computed again.
 */
export async function valueDateOf(rule: ValueDateRule, clearingDate: string): Promise<ValueDate> {
  const from = yearOf(clearingDate);
  // New Year is closed nearly everywhere, so a rule at the end of December needs the next year.
  const years = await Promise.all(
    rule.calendars.flatMap((calendar) => [from, from + 1].map((year) => closedIn(calendar, year))),
  );
  const closed = new Set(years.flatMap(({ days }) => days));
  const day = businessDayAfter(clearingDate, rule.businessDays, closed);
  const estimates = years
    .filter(({ isConfirmed, year }) => !isConfirmed && year <= yearOf(day))
    .map(({ countryCode, year }) => `${countryCode} ${year}`);
  return { day, estimates };
}

async function closedIn(
  { countryCode, extraHolidays, removedHolidays }: HolidayCalendar,
  year: number,
) {
  const { days, isConfirmed } = await holidaysOf(countryCode, year);
  const removed = new Set(removedHolidays);
  const own = [...days].filter((day) => !removed.has(day));
  return { countryCode, year, isConfirmed, days: [...own, ...extraHolidays] };
}
