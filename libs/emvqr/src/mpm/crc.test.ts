import { expect, test } from 'vitest';
import { crcOf } from './crc.ts';

test('has the published check value of CRC-16/CCITT-FALSE', () => {
  expect(crcOf('123456789')).toBe('29B1');
  expect(crcOf('')).toBe('FFFF');
});

test('keeps leading zeros', () => {
  const short = Array.from({ length: 400 }, (_, at) => crcOf(String(at))).filter((crc) =>
    crc.startsWith('0'),
  );
  expect(short.length).toBeGreaterThan(0);
  for (const crc of short) expect(crc).toMatch(/^0[0-9A-F]{3}$/);
});
