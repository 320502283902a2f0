/** Days are `YYYY-MM-DD`; nothing here knows of times or zones. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** Whether the text names a day that there is. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && textOf(ms) === text;
}

/** The day so many days later. */
export function addDays(day: string, count: number): string {
  return textOf(Date.parse(day) + count * DAY_MS);
}

/** Whether it is a Saturday or a Sunday. */
export function isWeekend(day: string): boolean {
  const weekday = new Date(Date.parse(day)).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** The year of a day. */
export function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

function textOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
