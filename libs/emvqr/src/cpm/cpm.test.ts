import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import type { ProblemCode } from '../problem.ts';
import type { CpmFields, CpmObject } from './ber.ts';
import { decodeCpm } from './decode.ts';
import { encodeCpm } from './encode.ts';

const FORMAT = '85054350563031';
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const read = (hex: string) => decodeCpm(base64(hex));

describe('reading', () => {
  it('keeps the order, and takes constructed data objects apart', () => {
    const code = read(`${FORMAT}61084F01AA6303C1010761034F01BB620A9F360200015F2A020344`);
    expect(code).toEqual({
      ok: true,
      mode: 'CPM',
      strict: true,
      problems: [],
      fields: [
        { '85': '4350563031' },
        { '61': [{ '4F': 'AA' }, { '63': [{ C1: '07' }] }] },
        { '61': [{ '4F': 'BB' }] },
        { '62': [{ '9F36': '0001' }, { '5F2A': '0344' }] },
      ],
    });
  });

  it('knows long lengths, empty values and padding', () => {
    const long = 'AB'.repeat(200);
    const code = read(`00${FORMAT}00618200D14F01AA5A81C8${long}9F1000`);
    expect(code.fields).toEqual([
      { '85': '4350563031' },
      { '61': [{ '4F': 'AA' }, { '5A': long }, { '9F10': '' }] },
    ]);
  });

  it.each<[string, string, ProblemCode]>([
    ['a length beyond the end', `${FORMAT}61054F01AA`, 'TLV_OVERRUN'],
    ['a length beyond its template', `${FORMAT}61034F02AA61034F01BB`, 'TLV_OVERRUN'],
    ['no length', `${FORMAT}61`, 'TLV_OVERRUN'],
    ['a length of many bytes', `${FORMAT}6193${'00'.repeat(19)}`, 'TLV_BAD_LENGTH'],
    ['a length that breaks off', `${FORMAT}6182FF`, 'TLV_OVERRUN'],
    ['the indefinite length', `${FORMAT}61804F01AA0000`, 'TLV_BAD_LENGTH'],
    ['a tag without end', `${FORMAT}9F`, 'TLV_BAD_TAG'],
    ['a tag of too many bytes', `${FORMAT}9F8181818101AA`, 'TLV_BAD_TAG'],
    ['the format second', `61034F01AA${FORMAT}`, 'FORMAT_NOT_FIRST'],
    ['no format', '61034F01AA', 'FORMAT_NOT_FIRST'],
    ['another version', '8505435056303261034F01AA', 'FORMAT_UNKNOWN'],
    ['no application', `${FORMAT}62035A01AA`, 'NO_APPLICATION'],
    ['nothing', '', 'FORMAT_NOT_FIRST'],
  ])('refuses %s', (_, hex, code) => {
    expect(read(hex)).toMatchObject({ ok: false });
    expect(read(hex).problems.map((problem) => problem.code)).toContain(code);
  });

  it('refuses templates without end', () => {
    let hex = '';
    for (let depth = 0; depth < 40; depth += 1) {
      hex = `61${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
    }
    expect(read(FORMAT + hex)).toMatchObject({ ok: false, problems: [{ code: 'TOO_DEEP' }] });
  });

  it.each(['hQVDUFYwMW', 'hQVDUFYwMQ=', 'hQVD UFYw', 'hQVDUFYw\n', '=', 'hQVD_-Yw'])(
    'refuses "%s", which is not base64',
    (payload) => {
      expect(decodeCpm(payload)).toMatchObject({ ok: false, problems: [{ code: 'NOT_BASE64' }] });
    },
  );

  it('is bounded', () => {
    expect(decodeCpm('A'.repeat(4_000_000)).problems).toMatchObject([{ code: 'TOO_LONG' }]);
  });

  it('says what departs from the standard', () => {
    expect(read(`${FORMAT}61035001AA`)).toMatchObject({
      ok: true,
      strict: false,
      problems: [{ code: 'MISSING_MANDATORY', tag: '61.4F' }],
    });
    expect(decodeCpm(base64(`${FORMAT}${FORMAT}61034F01AA`), 'strict')).toMatchObject({
      ok: false,
      problems: [{ code: 'DUPLICATE_TAG', tag: '85' }],
    });
  });
});

const hex = fc
  .uint8Array({ maxLength: 150 })
  .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase());
const { object } = fc.letrec<{ object: CpmObject }>((tie) => ({
  object: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(fc.constantFrom('4F', '5A', '9F36', 'DE', '5F2D', '9F8101'), hex).map(one),
    fc
      .tuple(fc.constantFrom('61', '63', 'BF0C'), fc.array(tie('object'), { maxLength: 3 }))
      .map(one),
  ),
}));

function one([tag, value]: [string, string | CpmFields]): CpmObject {
  return { [tag]: value };
}

describe('writing', () => {
  it('is the inverse of reading', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 3 }), (objects) => {
        const fields = [{ '85': '4350563031' }, { '61': [{ '4F': 'AA' }] }, ...objects];
        const made = encodeCpm(fields);
        if (!made.ok) {
          expect(made.problems).toMatchObject([{ code: 'TOO_LONG' }]);
          return;
        }
        expect(decodeCpm(made.payload).fields).toEqual(fields);
      }),
    );
  });

  it.each<[unknown, ProblemCode]>([
    [[{ '85': '4350563031', '61': [] }], 'FIELD_MALFORMED'],
    [[{}], 'FIELD_MALFORMED'],
    [['85'], 'FIELD_MALFORMED'],
    [[{ '85': '435' }], 'FIELD_MALFORMED'],
    [[{ '85': [] }], 'FIELD_MALFORMED'],
    [[{ '61': 'AA' }], 'FIELD_MALFORMED'],
    [[{ '9F': 'AA' }], 'FIELD_UNKNOWN'],
    [[{ '4F5A': 'AA' }], 'FIELD_UNKNOWN'],
    [[{ '00': 'AA' }], 'FIELD_UNKNOWN'],
    [[{ amount: 'AA' }], 'FIELD_UNKNOWN'],
    [[{ '61': [{ '4F': 'AA' }] }], 'FORMAT_NOT_FIRST'],
  ])('refuses %j', (fields, code) => {
    expect(encodeCpm(fields as CpmFields)).toMatchObject({ ok: false, problems: [{ code }] });
  });
});

describe('any text', () => {
  it('is answered in one of the modes, never thrown at', () => {
    const bytes = fc
      .uint8Array({ maxLength: 300 })
      .map((b) => base64(FORMAT + Buffer.from(b).toString('hex')));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), bytes), (text) => {
        const { ok, problems } = decode(text);
        expect(ok || problems.length > 0).toBe(true);
      }),
    );
  });

  it('is told apart by how it begins', () => {
    expect(decode(base64(`${FORMAT}61034F01AA`)).mode).toBe('CPM');
    expect(decode('000201').mode).toBe('MPM');
    expect(decode('').mode).toBe('MPM');
    expect(decode('https://pay.example/').mode).toBe('MPM');
  });
});
