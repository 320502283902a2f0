import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jsonOf } from './json.ts';
import { record, table } from './table.ts';

describe('a table', () => {
  it('aligns figures on the right and leaves no trailing blanks', () => {
    const text = table(
      [{ title: 'city' }, { title: 'amount', align: 'right' }, { title: 'note' }],
      [
        ['Tokyo', 'JPY 1,280', ''],
        ['Kuala Lumpur', 'MYR 9.50', 'late'],
      ],
    );
    expect(stripVTControlCharacters(text).split('\n')).toEqual([
      'CITY             AMOUNT  NOTE',
      'Tokyo         JPY 1,280',
      'Kuala Lumpur   MYR 9.50  late',
    ]);
  });

  it('measures what is seen, not the colours', () => {
    const coloured = '\u001b[32mok\u001b[39m';
    const lines = table([{ title: 'a' }, { title: 'b' }], [[coloured, 'x']]).split('\n');
    expect(stripVTControlCharacters(lines[1] ?? '')).toBe('ok  x');
  });

  it('leaves out what a record does not have', () => {
    const text = record([
      ['state', 'SUCCEEDED'],
      ['reason', ''],
    ]);
    expect(stripVTControlCharacters(text)).toBe('state  SUCCEEDED');
  });
});

describe('JSON of a message', () => {
  it('keeps amounts exact, zeros present, and names enums without prefix', () => {
    const State = { 2: 'SUCCEEDED', SUCCEEDED: 2 };
    const message = {
      paymentId: 'p',
      state: 2,
      version: 3n,
      payeeAmount: { currencyCode: 'JPY', amountMinor: 0n },
      createTime: new Date(0),
      conversion: undefined,
      refunds: [{ state: 2 }],
    };
    expect(jsonOf(message, { state: State })).toEqual({
      payment_id: 'p',
      state: 'SUCCEEDED',
      version: '3',
      payee_amount: { currency_code: 'JPY', amount_minor: '0' },
      create_time: '1970-01-01T00:00:00.000Z',
      refunds: [{ state: 'SUCCEEDED' }],
    });
  });
});
