import { expect, test } from 'vitest';
import { agreement } from './part.ts';
import { parsePgbench } from './pgbench.ts';
import { Message } from './wire.ts';

test('what pgbench prints is understood, and what it does not print is an error', () => {
  const output = `number of failed transactions: 0 (0.000%)
latency average = 10.842 ms
initial connection time = 61.002 ms
tps = 2951.447010 (without initial connection time)
`;
  expect(parsePgbench(output)).toEqual({ perSecond: 2951.44701, meanMs: 10.842 });
  expect(() => parsePgbench('pgbench: error: no such database')).toThrow('no such database');
});

test('a prepared statement is bound, executed and synced in one message', () => {
  const message = new Message({ name: 'ab', text: 'SELECT $1, $2', parameters: 2 }).with(7, -1);
  const bind = '4200000020' + '00' + '616200' + '00010001' + '0002';
  const values = '0000000400000007' + '00000004ffffffff' + '0000';
  const execute = '4500000009' + '0000000000';
  expect(message.bytes.toString('hex')).toBe(`${bind}${values}${execute}5300000004`);
});

test('our port and pgbench agree within a fifth, or the report says that they do not', () => {
  const sample = (line: string, perSecond: number) => ({
    ...{ line, title: line, perSecond, busy: [], valid: true },
  });
  const port = [sample('tpcb.port', 2_400), sample('tpcb.port', 2_300), sample('echo.32', 1)];
  expect(agreement(port)).toEqual([]);
  expect(agreement([...port, sample('tpcb.pgbench', 2_900)])).toMatchObject([{ valid: true }]);
  expect(agreement([...port, sample('tpcb.pgbench', 3_000)])).toMatchObject([
    { valid: false, notes: ['0.783; they differ by more than a fifth'] },
  ]);
});
