/** The days on which banks of one place are closed, as an agreement names them. */
export interface HolidayCalendar {
  /** ISO 3166-1 alpha-2 code of the place. */
  countryCode: string;
  /** Days, `YYYY-MM-DD`, on which it is closed besides: a typhoon, a day of mourning. */
  extraHolidays: readonly string[];
  /** Days on which it is open although the calendar has them as holidays. */
  removedHolidays: readonly string[];
}

/** On which day money moves for a clearing day. */
export interface ValueDateRule {
  /**
   * So many business days after the clearing day. With 0 it is that day itself, or where that is
   * none, the next business day.
   */
  businessDays: number;
  /**
   * A business day is one on which all of these are open. With none of them it is every day from
   * Monday to Friday.
   */
  calendars: readonly HolidayCalendar[];
}
