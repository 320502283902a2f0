import { expect, test } from 'vitest';
import { readable } from './log-line.ts';

test('a JSON line becomes time, level, message and the other fields', () => {
  const line =
    '{"level":"info","time":"2026-01-01T10:20:30.456Z","service":"fx","msg":"board","id":7,"e":{}}';
  expect(readable('fx', line, false)).toBe('fx         10:20:30.456 info  board id=7 e={}');
});

test('a line of another kind stays as it is', () => {
  expect(readable('postgres', 'LOG: ready', false)).toBe('postgres   LOG: ready');
  expect(readable('nats', '{broken', false)).toBe('nats       {broken');
});

test('a warning is coloured where colours are wanted', () => {
  expect(readable('fx', '{"level":"warn","msg":"stale"}', true)).toContain('\u001b[33mwarn');
});
