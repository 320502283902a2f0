import { UsageError } from './usage.ts';

/** A parser for a whole number between two bounds, both allowed; throws a UsageError. */
export function wholeNumber(option: string, low: number, high: number): (typed: string) => number {
  return (typed) => {
    const value = /^\d{1,9}$/.test(typed) ? Number.parseInt(typed, 10) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new UsageError(`${option} takes a whole number from ${low} to ${high}, not "${typed}"`);
  };
}
