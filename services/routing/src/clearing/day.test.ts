import { describe, expect, test } from 'vitest';
import { cancelIsOpen, clearingDate, isTimeZone } from './day.ts';

const tokyoMidnight = { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 };
const tokyoSix = { timeZone: 'Asia/Tokyo', cutOffSeconds: 18 * 3600 };
const at = (iso: string) => Date.parse(iso);

describe('clearing day', () => {
  test('is the local date where the cut-off is midnight', () => {
    expect(clearingDate(tokyoMidnight, at('2026-03-13T14:59:59Z'))).toBe('2026-03-13');
    expect(clearingDate(tokyoMidnight, at('2026-03-13T15:00:00Z'))).toBe('2026-03-14');
  });

  test('ends at the cut-off', () => {
    expect(clearingDate(tokyoSix, at('2026-03-13T08:59:59Z'))).toBe('2026-03-13');
    expect(clearingDate(tokyoSix, at('2026-03-13T09:00:00Z'))).toBe('2026-03-14');
  });

  test('lets a cancel through for 15 minutes after its end and no longer', () => {
    expect(cancelIsOpen(tokyoSix, '2026-03-13', at('2026-03-13T09:14:59Z'))).toBe(true);
    expect(cancelIsOpen(tokyoSix, '2026-03-13', at('2026-03-13T09:15:00Z'))).toBe(false);
  });

  test('knows a time zone from a typo', () => {
    expect(isTimeZone('Asia/Hong_Kong')).toBe(true);
    expect(isTimeZone('Asia/Hongkong City')).toBe(false);
  });
});
