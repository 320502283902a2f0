import { addDays, isWeekend } from './days.ts';

/** Longer than anybody's banks are closed: whoever walks further has a calendar of nothing else. */
const MAX_WALK = 400;

/** Whether money can move on a day, from Monday to Friday, outside the days that are closed. */
export function isBusinessDay(day: string, closed: ReadonlySet<string>): boolean {
  return !isWeekend(day) && !closed.has(day);
}

/**
 * The day that is `businessDays` business days after `day`; with 0 the first business day from that
 * day on. Throws a RangeError where there is none within a year.
 */
export function businessDayAfter(
  day: string,
  businessDays: number,
  closed: ReadonlySet<string>,
): string {
  // The day itself counts for nothing but a rule of the same day.
  const from = businessDays === 0 ? 0 : 1;
  let left = Math.max(businessDays, 1);
  for (let walked = from; walked <= MAX_WALK; walked += 1) {
    const here = addDays(day, walked);
    if (!isBusinessDay(here, closed)) continue;
    left -= 1;
    if (left === 0) return here;
  }
  throw new RangeError(`there are no ${businessDays} business days in the year after ${day}`);
}
