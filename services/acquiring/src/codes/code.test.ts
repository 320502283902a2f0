import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CODE_ID_FORM } from '../presented/payload.ts';
import { codeIdOf } from './code.ts';

const MERCHANT_ID = '0b1c2d3e-0000-8000-8000-000000000001';

test('an id follows from the request, has its form, and no two requests share one', () => {
  expect(codeIdOf(MERCHANT_ID, 'till 1')).toBe(codeIdOf(MERCHANT_ID, 'till 1'));
  const requests = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 50 });
  fc.assert(
    fc.property(requests, (requestIds) => {
      const ids = requestIds.map((requestId) => codeIdOf(MERCHANT_ID, requestId));
      for (const id of ids) expect(id).toMatch(CODE_ID_FORM);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
