import { expect, test } from 'vitest';
import { columns } from './columns.ts';

test('rows become one array literal per column', () => {
  const rows = [
    { id: 'a1', amountMinor: 5n },
    { id: 'b2', amountMinor: -7n },
  ];
  const literals = columns(
    rows,
    (row) => row.id,
    (row) => row.amountMinor,
  );
  expect(literals).toEqual(['{a1,b2}', '{5,-7}']);
  expect(columns([], () => 1)).toEqual(['{}']);
});

test('text that an array literal would misread is quoted', () => {
  const literal = (text: string) => columns([text], (cell) => cell)[0];
  expect(literal('null')).toBe('{"null"}');
  expect(literal('')).toBe('{""}');
  expect(literal('a,b')).toBe('{"a,b"}');
  expect(literal('say "\\"')).toBe('{"say \\"\\\\\\""}');
});
