import { expect, test } from 'vitest';
import { isDatabaseAway, isUnavailable } from './errors.ts';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

test.each([
  ['53100', 'its disk is full', true, true],
  ['53200', 'its memory is used up', true, true],
  ['53300', 'no connection is free', true, true],
  ['57P01', 'it is shut down', true, true],
  ['40001', 'others were in the way', false, true],
  ['40P01', 'everybody waited in a circle', false, true],
  ['23505', 'the row is there', false, false],
  ['22P02', 'the value makes no sense', false, false],
])('%s: %s', (code, _what, unavailable, away) => {
  expect(isUnavailable(withCode(code))).toBe(unavailable);
  expect(isDatabaseAway(withCode(code))).toBe(away);
});
