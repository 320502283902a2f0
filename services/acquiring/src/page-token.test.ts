import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIGITS_FORM, pageToken, positionIn, UUID_FORM } from './page-token.ts';

const LIST = ['payments', 'sakura'];

test('a token brings back its place', () => {
  const position = ['123', '0b1c2d3e-0000-8000-8000-000000000001'];
  const token = pageToken(LIST, position);
  expect(positionIn(LIST, token, [DIGITS_FORM, UUID_FORM])).toEqual(position);
});

test('a token of another list, or none at all, is refused', () => {
  const token = pageToken(['payments', 'siam'], ['123']);
  expect(() => positionIn(LIST, token, [DIGITS_FORM])).toThrow(
    expect.objectContaining({ reason: 'PAGE_TOKEN_INVALID' }),
  );
  const forged = pageToken(LIST, ["1' OR true"]);
  expect(() => positionIn(LIST, forged, [DIGITS_FORM], 'CURSOR_INVALID')).toThrow(
    expect.objectContaining({ reason: 'CURSOR_INVALID' }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => positionIn(LIST, text, [DIGITS_FORM])).toThrow(
        expect.objectContaining({ reason: 'PAGE_TOKEN_INVALID' }),
      );
    }),
  );
});
