const DAY_MS = 86_400_000;
/** More days than this between two openings are a clock gone wrong, not an outage. */
const MOST_DAYS = 400;

/** Every date from the first to the last, both included, as YYYY-MM-DD. Throws a RangeError for too many. */
export function datesBetween(first: string, last: string): string[] {
  const startMs = Date.parse(first);
  const days = Math.round((Date.parse(last) - startMs) / DAY_MS);
  if (!(days <= MOST_DAYS)) throw new RangeError(`${first} to ${last} are too many days`);
  return Array.from({ length: Math.max(days + 1, 0) }, (_, index) =>
    new Date(startMs + index * DAY_MS).toISOString().slice(0, 10),
  );
}
