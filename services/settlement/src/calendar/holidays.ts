import { addDays } from './days.ts';
import { daysOf, LISTED, listedYear } from './listed.ts';

/** The days of one year on which banks at one place are closed, besides weekends. */
export interface HolidayYear {
  days: ReadonlySet<string>;
  /** False where it is an estimate: the authorities have not said all of it, or nobody checked it. */
  isConfirmed: boolean;
}

/**
 * Years that the library was compared for with what the authorities announced, and found right by
 * the tests. HK and JP follow from their laws; elsewhere every year is announced anew.
 */
const CONFIRMED: Readonly<Record<string, readonly number[]>> = {
  HK: [2026, 2027],
  JP: [2026, 2027],
  SG: [2026],
};

const known = new Map<string, Promise<HolidayYear>>();

/** The holidays of a place in a year; none at a place that nobody knows. */
export function holidaysOf(countryCode: string, year: number): Promise<HolidayYear> {
  const key = `${countryCode} ${year}`;
  const found = known.get(key) ?? lookUp(countryCode, year);
  known.set(key, found);
  return found;
}

/** Whether there is a calendar for the place. */
export async function hasCalendar(countryCode: string): Promise<boolean> {
  if (LISTED.some((listed) => listed.countryCode === countryCode)) return true;
  const library = await loadLibrary();
  return countryCode in new library().getCountries();
}

async function lookUp(countryCode: string, year: number): Promise<HolidayYear> {
  const listed = listedYear(countryCode, year);
  if (listed) return { days: new Set(daysOf(listed)), isConfirmed: listed.isWhole };
  return {
    days: new Set(await libraryDays(countryCode, year)),
    isConfirmed: CONFIRMED[countryCode]?.includes(year) ?? false,
  };
}

/** What the library has for a place and year: whole days that are public or bank holidays. */
export async function libraryDays(countryCode: string, year: number): Promise<string[]> {
  const library = await loadLibrary();
  const places = new library(countryCode, { types: ['public', 'bank'] });
  return places.getHolidays(year).flatMap(({ date, start, end }) => {
    const length = Math.floor((end.getTime() - start.getTime() + SUMMER_TIME_MS) / DAY_MS);
    return Array.from({ length }, (_, index) => addDays(date.slice(0, 10), index));
  });
}

const DAY_MS = 86_400_000;
/** The day on which clocks go forward lasts 23 hours, and is a whole one all the same. */
const SUMMER_TIME_MS = 3_600_000;

/**
 * Only a calendar that is not listed needs the library, and many processes never do: it takes a
 * quarter of a second and some 20 MB to load.
 */
async function loadLibrary() {
  return (await import('date-holidays')).default;
}
