import { expect, test } from 'vitest';
import { GUID, merchantAccountOf, merchantAccounts } from './accounts.ts';
import { TEA_HOUSE_FIELDS } from './fixture-for-tests.ts';

const fields = {
  ...TEA_HOUSE_FIELDS,
  mai_04: '5412345678901234',
  mai_29: { '00': GUID.promptPayTransfer, '01': '0066800000000' },
  mai_30: 'no template',
  mai_51: { '00': 'sg.sgqr', '01': '000000000001' },
};

test('every account is listed, with its scheme where it is known', () => {
  expect(
    merchantAccounts(fields).map(({ tag, guid, scheme }) => [tag, guid, scheme?.name]),
  ).toEqual([
    ['26', 'org.example', undefined],
    ['04', undefined, undefined],
    ['29', 'A000000677010111', 'PromptPay'],
    ['30', undefined, undefined],
    ['51', 'sg.sgqr', 'SGQR'],
  ]);
});

test('an account is found by its GUID in any case', () => {
  expect(merchantAccountOf(fields, GUID.sgqr)?.tag).toBe('51');
  expect(merchantAccountOf(fields, 'a000000677010111')?.value).toEqual(fields.mai_29);
  expect(merchantAccountOf(fields, GUID.fps)).toBeUndefined();
});
