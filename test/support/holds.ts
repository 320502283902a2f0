import { inspect, isDeepStrictEqual } from 'node:util';

/** Throws, saying what was wrong, unless something is as it must be. */
export function holds(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(what);
}

/** Throws unless two values are deeply equal, saying what was to be and what was. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${inspect(actual)} was to be ${inspect(expected)}`);
}
