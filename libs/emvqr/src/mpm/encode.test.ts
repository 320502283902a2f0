import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMpm } from './decode.ts';
import { encodeMpm } from './encode.ts';
import { type MpmFields, nameOf, type Template } from './fields.ts';
import { TEA_HOUSE, TEA_HOUSE_FIELDS } from './fixture-for-tests.ts';

describe('writing', () => {
  it('is the inverse of reading, and works out the checksum', () => {
    expect(encodeMpm(TEA_HOUSE_FIELDS)).toMatchObject({ ok: true, payload: TEA_HOUSE });
    expect(encodeMpm({ ...TEA_HOUSE_FIELDS, crc: '0000' })).toMatchObject({ payload: TEA_HOUSE });
  });

  it('puts the format first, wherever it stands, and adds it where it is missing', () => {
    const { payloadFormatIndicator, ...others } = TEA_HOUSE_FIELDS;
    expect(encodeMpm(others)).toMatchObject({ payload: TEA_HOUSE });
    expect(encodeMpm({ ...others, payloadFormatIndicator: '01' })).toMatchObject({
      payload: TEA_HOUSE,
    });
  });

  it('counts characters and keeps the order within templates', () => {
    const made = encodeMpm({
      ...TEA_HOUSE_FIELDS,
      merchantInfoLang: { '01': '茶室🍵', '00': 'ZH', '10': 'x' },
    });
    expect(made).toMatchObject({ payload: expect.stringContaining('64180103茶室🍵0002ZH1001x') });
  });

  it('gives out nothing that its policy would not take', () => {
    const { merchantCity, ...transfer } = TEA_HOUSE_FIELDS;
    expect(encodeMpm(transfer)).toMatchObject({ ok: true, strict: false });
    expect(encodeMpm(transfer, 'strict')).toMatchObject({
      ok: false,
      problems: [{ code: 'MISSING_MANDATORY', tag: '60' }],
    });
    expect(encodeMpm({ merchantName: 'Tea House' })).toMatchObject({ ok: false });
  });

  it.each<[string, object, string]>([
    ['a name that is none', { merchant: 'x' }, 'FIELD_UNKNOWN'],
    ['a tag in the wrong group', { mai_62: 'x' }, 'FIELD_UNKNOWN'],
    ['a number', { amount: 12.5 }, 'FIELD_MALFORMED'],
    ['nothing', { amount: null }, 'FIELD_MALFORMED'],
    ['a list', { additionalData: ['x'] }, 'FIELD_MALFORMED'],
    ['a template by names', { additionalData: { bill: 'x' } }, 'FIELD_MALFORMED'],
    ['a template within a template', { additionalData: { '50': {} } }, 'FIELD_MALFORMED'],
    ['100 characters', { merchantName: 'x'.repeat(100) }, 'VALUE_TOO_LONG'],
    ['a template of 100 characters', { mai_26: { '00': 'x'.repeat(96) } }, 'VALUE_TOO_LONG'],
    ['half a surrogate pair', { merchantName: '\ud83c' }, 'NOT_UNICODE'],
  ])('refuses %s', (_, wrong, code) => {
    const made = encodeMpm({ ...TEA_HOUSE_FIELDS, ...wrong } as MpmFields);
    expect(made).toMatchObject({ ok: false, problems: [{ code }] });
  });
});

const id = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, '0'));
const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter((s) => [...s].length <= maxLength);
const template = fc
  .dictionary(id, text(12), { maxKeys: 4 })
  .map((values): Template => ({ '00': 'org.example', ...values }));

/** Codes of every shape, whole ones; what is not a template is not taken for one. */
const anyFields = fc
  .record(
    {
      pointOfInitiation: fc.constantFrom('11', '12'),
      mcc: fc.constant('5814'),
      currencyNumeric: fc.constantFrom('392', '764', '344'),
      amount: fc.constantFrom('1', '12.50', '0'),
      country: fc.constantFrom('JP', 'TH'),
      merchantName: text(25),
      merchantCity: text(15),
      postalCode: text(10),
      additionalData: template,
    },
    { requiredKeys: [] },
  )
  .chain((root) =>
    fc
      .uniqueArray(
        fc.integer({ min: 26, max: 99 }).filter((n) => n < 52 || n > 79),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .chain((tags) =>
        fc.tuple(...tags.map(() => template)).map(
          (templates): MpmFields => ({
            ...root,
            mai_02: '400123',
            ...Object.fromEntries(
              tags.map((tag, at) => [nameOf(String(tag)), templates[at] ?? '']),
            ),
          }),
        ),
      ),
  );

describe('any fields', () => {
  it('are the same after writing and reading', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const made = encodeMpm(fields);
        if (!made.ok) throw new Error(JSON.stringify(made.problems));
        const read = decodeMpm(made.payload);
        const crc = made.payload.slice(-4);
        expect(read.fields).toEqual({ payloadFormatIndicator: '01', ...fields, crc });
        expect(encodeMpm(read.fields ?? {})).toMatchObject({ payload: made.payload });
      }),
    );
  });

  it('are answered, never thrown at, even if they came from outside', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const made = encodeMpm(fields as MpmFields);
        expect(made.ok || made.problems.length > 0).toBe(true);
      }),
    );
  });
});
