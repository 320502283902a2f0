/** The holidays of one year at one place, as its authorities announced them. */
export interface ListedYear {
  countryCode: string;
  year: number;
  /** Who announced it, or which rule it follows. */
  source: string;
  /** False where parts of it are still to be announced, such as days in lieu. */
  isWhole: boolean;
  /** `MM-DD` or `MM-DD..DD`, separated by spaces; weekends that are named belong to the list. */
  days: string;
}

/**
 * Years that `date-holidays` does not know or tells otherwise. These are the days on which banks are
 * closed; a weekend that is worked in exchange for a holiday stays a weekend, since the other side
 * is closed on it.
 */
export const LISTED: readonly ListedYear[] = [
  {
    countryCode: 'CN',
    year: 2026,
    source: 'General Office of the State Council, 4 November 2025',
    isWhole: true,
    days: '01-01..03 02-15..23 04-04..06 05-01..05 06-19..21 09-25..27 10-01..07',
  },
  {
    countryCode: 'KR',
    year: 2026,
    source: 'Act on Public Holidays with the election of 3 June; on 1 May banks are closed',
    isWhole: true,
    days:
      '01-01 02-16..18 03-01..02 05-01 05-05 05-24..25 06-03 06-06 07-17 08-15 08-17 09-24..26 ' +
      '10-03 10-05 10-09 12-25',
  },
  {
    countryCode: 'MO',
    year: 2026,
    source: 'Executive Order 60/2000, with the days in lieu of the public administration',
    isWhole: true,
    days:
      '01-01 02-17..19 04-03..07 05-01 05-24..25 06-19 09-26 09-28 10-01..02 10-18..19 11-02 12-08 ' +
      '12-20..22 12-24..25',
  },
  {
    countryCode: 'MO',
    year: 2027,
    source: 'Executive Order 60/2000 and the lunar calendar, without days in lieu',
    isWhole: false,
    days:
      '01-01 02-06..08 03-26..27 04-05 05-01 05-13 06-09 09-16 10-01..02 10-08 11-02 12-08 12-20 ' +
      '12-22 12-24..25',
  },
  {
    countryCode: 'TH',
    year: 2026,
    source: 'Bank of Thailand, holidays of financial institutions',
    isWhole: true,
    days:
      '01-01..02 03-03 04-06 04-13..15 05-01 05-04 06-01 06-03 07-28..29 08-12 10-13 10-23 12-07 ' +
      '12-10 12-31',
  },
  {
    countryCode: 'US',
    year: 2026,
    source: 'Federal Reserve Banks: a holiday on a Saturday closes no other day',
    isWhole: true,
    days: '01-01 01-19 02-16 05-25 06-19 07-04 09-07 10-12 11-11 11-26 12-25',
  },
  {
    countryCode: 'US',
    year: 2027,
    source: 'Federal Reserve Banks: a holiday on a Saturday closes no other day',
    isWhole: true,
    days: '01-01 01-18 02-15 05-31 06-19 07-04..05 09-06 10-11 11-11 11-25 12-25',
  },
];

/** The listed year, if it is one. */
export function listedYear(countryCode: string, year: number): ListedYear | undefined {
  return LISTED.find((listed) => listed.countryCode === countryCode && listed.year === year);
}

/** The days of a list, one by one, as `YYYY-MM-DD`. */
export function daysOf({ year, days }: Pick<ListedYear, 'year' | 'days'>): string[] {
  return days.split(' ').flatMap((span) => {
    const [, month = '', first = '', last = first] =
      /^(\d{2})-(\d{2})(?:\.\.(\d{2}))?$/.exec(span) ?? [];
    if (month === '') throw new RangeError(`"${span}" is no day of a list`);
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, index) => {
      const day = String(Number(first) + index).padStart(2, '0');
      return `${year}-${month}-${day}`;
    });
  });
}
