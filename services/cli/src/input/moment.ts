import { UsageError } from './usage.ts';

/** Reads a moment as ISO 8601 writes it, with its date and time. Throws a UsageError. */
export function momentNamed(typed: string): Date {
  const moment = new Date(typed);
  if (/^\d{4}-\d\d-\d\dT/.test(typed) && !Number.isNaN(moment.getTime())) return moment;
  throw new UsageError(`"${typed}" is not a time as 2026-04-13T00:00:00Z`);
}
