import type { ClearingTerms } from '@causeway/proto/routing';

/** How long after its clearing day has ended a payment may still be cancelled. */
export const CANCEL_GRACE_MS = 15 * 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // The Swedish locale writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format;
}

/**
 * How far the clearing day has come at a moment, as text that sorts: of several terms the least is
 * that of the day which ends last.
 */
export function clearingTime({ timeZone, cutOffSeconds }: ClearingTerms, atMs: number): string {
  const shown = { timeZone, dateStyle: 'short', timeStyle: 'medium' } as const;
  const format = new Intl.DateTimeFormat('sv-SE', shown);
  return format.format(atMs + untilMidnightSeconds(cutOffSeconds) * 1_000);
}

function untilMidnightSeconds(cutOffSeconds: number): number {
  return cutOffSeconds === 0 ? 0 : 86_400 - cutOffSeconds;
}

const latest = new Map<string, { second: number; date: string }>();

/**
 * The clearing day, YYYY-MM-DD, that a moment belongs to: the local date after the cut-off is
 * taken off, so that with a cut-off at 18:00 what happens at 17:59:59 is still today's and what
 * happens at 18:00 is the next day's. A cut-off of 0 means midnight.
 */
export function clearingDate(terms: ClearingTerms, atMs: number): string {
  const second = Math.floor(atMs / 1000);
  const key = `${terms.timeZone}/${terms.cutOffSeconds}`;
  const known = latest.get(key);
  // Dates are asked for thousands of times a second, and formatting one takes microseconds.
  if (known?.second === second) return known.date;
  const untilMidnight = untilMidnightSeconds(terms.cutOffSeconds);
  const date = formatFor(terms.timeZone).format((second + untilMidnight) * 1000);
  latest.set(key, { second, date });
  return date;
}

/** Whether a payment of that clearing day may still be cancelled at this moment. */
export function cancelIsOpen(terms: ClearingTerms, date: string, atMs: number): boolean {
  return clearingDate(terms, atMs - CANCEL_GRACE_MS) <= date;
}

/** Whether the name is a time zone that dates can be told in. */
export function isTimeZone(name: string): boolean {
  try {
    formatFor(name);
    return true;
  } catch {
    return false;
  }
}
