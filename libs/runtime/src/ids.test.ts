import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUuid, LANES, laneOf, uuidBytes, uuidFrom } from './ids.ts';

describe('uuidFrom', () => {
  it('is stable for ever: keys of stored payments come from it', () => {
    expect(uuidFrom('payment', 'acq-sg', 'request-1')).toBe('4d6e8c44-41b0-8d5f-bb8a-8c2a3a398f62');
  });

  it('is SHA-256 over netstrings, with the version and variant of RFC 9562', () => {
    const id = uuidFrom('payment', 'acq-sg', 'é');
    const digest = createHash('sha256').update('7:payment6:acq-sg2:é').digest('hex');
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('8');
    expect('89ab').toContain(id[19]);
    expect(id.replaceAll('-', '').slice(17)).toBe(digest.slice(17, 32));
  });

  it('tells apart what only differs by where a part ends', () => {
    const parts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        return uuidFrom('d', ...a) !== uuidFrom('d', ...b);
      }),
    );
    expect(uuidFrom('d', 'ab', 'c')).not.toBe(uuidFrom('d', 'a', 'bc'));
    expect(uuidFrom('d', 'a')).not.toBe(uuidFrom('da'));
  });
});

describe('lanes', () => {
  it('are the low six bits of the last byte', () => {
    expect(laneOf('00000000-0000-8000-8000-0000000000ff')).toBe(63);
    expect(laneOf('00000000-0000-8000-8000-000000000040')).toBe(0);
  });

  it('are all used', () => {
    const lanes = new Set(Array.from({ length: 2000 }, (_, i) => laneOf(uuidFrom('x', `${i}`))));
    expect(lanes.size).toBe(LANES);
  });

  it('are refused to what is no UUID', () => {
    expect(() => laneOf('7')).toThrow(RangeError);
    expect(() => uuidBytes('7')).toThrow(RangeError);
    expect(uuidBytes(uuidFrom('x'))).toHaveLength(16);
  });
});
