import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseFields, withSetting } from '../input/fields.ts';
import { UsageError } from '../input/usage.ts';
import { decoded, encoded } from './qr.ts';

const FIELDS = {
  pointOfInitiation: '12',
  mai_29: { '00': 'A000000677010111', '01': '0066800000000' },
  currencyNumeric: '764',
  amount: '20.15',
  tipIndicator: '01',
  country: 'TH',
};

function payloadOf(fields: object): string {
  const { data } = encoded(fields as Record<string, unknown>, 'field');
  return (data as { payload: string }).payload;
}

describe('qr decode', () => {
  it('answers one object with the fields', () => {
    const payload = payloadOf(FIELDS);
    const { data, failed } = decoded(payload, 'field');
    expect(failed).toBeUndefined();
    expect(data).toEqual({
      ok: true,
      mode: 'MPM',
      strict: false,
      problems: ['52', '59', '60'].map((tag) => ({
        code: 'MISSING_MANDATORY',
        tag,
        message: `missing mandatory ${tag}`,
      })),
      fields: { payloadFormatIndicator: '01', ...FIELDS, crc: payload.slice(-4) },
    });
  });

  it('fails with the problems alone', () => {
    expect(decoded('000201', 'field')).toMatchObject({ failed: true });
    expect(Object.keys(decoded('000201', 'field').data as object)).toEqual(['ok', 'problems']);
    expect(decoded(payloadOf(FIELDS), 'strict')).toMatchObject({ failed: true });
  });

  it('shows people what is asked for and by whom', () => {
    const lines = stripVTControlCharacters(decoded(payloadOf(FIELDS), 'field').text).split('\n');
    expect(lines).toContain('amount    THB 20.15');
    expect(lines).toContain('tip       the payer is asked for one');
    expect(lines).toContain('schemes   PromptPay');
    expect(lines.find((line) => line.startsWith('29.01'))).toContain('0066800000000');
  });

  it('lets no name from a code move the cursor', () => {
    const name = 'Tea\u001b[2J\u202eHouse';
    const { text } = decoded(payloadOf({ ...FIELDS, merchantName: name }), 'field');
    expect(text).toContain('Tea\\u{1b}[2J\\u{202e}House');
    expect(text).not.toContain(name);
  });

  it("shows a consumer's code as a tree", () => {
    const { data } = encoded([{ '85': '4350563031' }, { '61': [{ '4F': 'A0000000' }] }], 'field');
    const { payload } = data as { payload: string };
    const { text } = decoded(payload, 'field');
    expect(stripVTControlCharacters(text)).toMatch(
      /85 +payload format indicator +4350563031 {2}CPV01/,
    );
    expect(decoded(payload, 'field').data).toMatchObject({ mode: 'CPM', strict: true });
  });
});

describe('qr encode', () => {
  it('takes the whole answer of decode, and is its inverse', () => {
    const payload = payloadOf(FIELDS);
    const answer = JSON.stringify(decoded(payload, 'field').data);
    expect(encoded(parseFields(answer), 'field').text).toBe(payload);
  });

  it('takes single fields', () => {
    const settings = ['mai_29.00=A000000677010111', 'mai_29.01=0066800000000', 'amount=1=2.50'];
    expect(settings.reduce(withSetting, { country: 'TH' })).toEqual({
      country: 'TH',
      mai_29: FIELDS.mai_29,
      amount: '1=2.50',
    });
  });

  it.each(['', '{', '12', 'null', '{"fields":1}', '{"ok":false,"problems":[]}'])(
    'does not understand %s',
    (json) => {
      expect(() => parseFields(json)).toThrow(UsageError);
    },
  );

  it.each(['amount', '=1', 'mai_29.0=1', ''])('does not understand --set "%s"', (typed) => {
    expect(() => withSetting({}, typed)).toThrow(UsageError);
  });

  it('fails with the problems where the fields make no code', () => {
    expect(encoded({ country: 'TH' }, 'field')).toMatchObject({
      failed: true,
      data: { ok: false, problems: [{ code: 'MISSING_MANDATORY' }, {}, {}, {}, {}] },
    });
  });
});
