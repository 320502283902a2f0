import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../problem.ts';
import { decodeMpm, MAX_PAYLOAD_LENGTH } from './decode.ts';
import { ACCOUNT, REST, START, sealed, TEA_HOUSE, TEA_HOUSE_FIELDS } from './fixture-for-tests.ts';

function codesOf(payload: string): ProblemCode[] {
  return decodeMpm(payload).problems.map(({ code }) => code);
}

describe('a whole code', () => {
  it('is read into named fields', () => {
    expect(decodeMpm(TEA_HOUSE)).toEqual({
      ok: true,
      mode: 'MPM',
      strict: true,
      problems: [],
      fields: { ...TEA_HOUSE_FIELDS, crc: TEA_HOUSE.slice(-4) },
    });
  });

  it('may hold several schemes, a tip, an order in any sequence, and names in another language', () => {
    const body = [
      '0002015802JP6005Tokyo55020357035.55911Kumo Coffee',
      '26190015jp.or.example.a150640012327130009sg.second',
      '54071280.005303392520458146424',
      '0002JA0107雲コーヒー店🍵0203東京都62110507A-00017',
    ].join('');
    const read = decodeMpm(sealed(body));
    expect(read).toMatchObject({ ok: true, strict: true, problems: [] });
    expect(read.fields).toMatchObject({
      mai_15: '400123',
      mai_26: { '00': 'jp.or.example.a' },
      mai_27: { '00': 'sg.second' },
      convenienceFeePercent: '5.5',
      amount: '1280.00',
      merchantInfoLang: { '00': 'JA', '01': '雲コーヒー店🍵', '02': '東京都' },
      additionalData: { '05': 'A-00017' },
    });
  });

  it('keeps card networks and reserved ids as text, whatever they look like', () => {
    const read = decodeMpm(sealed(`${START}02080004abcd${REST}65080004abcd80080004abcd`));
    expect(read.fields).toMatchObject({
      mai_02: '0004abcd',
      id_65: '0004abcd',
      unreserved_80: { '00': 'abcd' },
    });
  });

  it('takes one level of templates: what they hold is text', () => {
    const read = decodeMpm(sealed(`${START}${ACCOUNT}${REST}62125008000401`));
    expect(read.ok).toBe(false);
    const whole = decodeMpm(sealed(`${START}${ACCOUNT}${REST}621250080004abcd`));
    expect(whole.fields?.additionalData).toEqual({ '50': '0004abcd' });
  });
});

describe('a length', () => {
  const named = (length: string, name: string) =>
    sealed(`${START}${ACCOUNT}52045814530376458` + `02TH59${length}${name}6007Bangkok`);

  it('counts characters, and the checksum bytes', () => {
    expect(decodeMpm(named('04', '茶室奶茶'))).toMatchObject({ ok: true, strict: true });
    expect(decodeMpm(named('02', 'ça')).fields?.merchantName).toBe('ça');
  });

  it('counts a surrogate pair as the one character that it is', () => {
    expect(decodeMpm(named('03', '🍵茶𠮷')).fields?.merchantName).toBe('🍵茶𠮷');
  });

  it('that counts bytes, or UTF-16 units, leaves a code that is not whole', () => {
    expect(decodeMpm(named('12', '茶室奶茶')).ok).toBe(false);
    expect(decodeMpm(named('05', '🍵茶𠮷')).ok).toBe(false);
  });

  it.each(['1', ' 9', '+9', '-1', '0x', '٠٩', '９９', 'ab'])(
    'is two digits, not "%s"',
    (length) => {
      expect(codesOf(named(length, 'Tea House'))).toContain('TLV_BAD_LENGTH');
    },
  );
});

describe('what is not whole', () => {
  it('is refused wherever it breaks off', () => {
    for (let end = 0; end < TEA_HOUSE.length; end += 1) {
      const read = decodeMpm(TEA_HOUSE.slice(0, end));
      expect(read.ok, `the first ${end} characters`).toBe(false);
      expect(read.problems.length).toBeGreaterThan(0);
    }
  });

  it('is refused when one character differs', () => {
    for (let at = 0; at < TEA_HOUSE.length; at += 1) {
      const changed = `${TEA_HOUSE.slice(0, at)}~${TEA_HOUSE.slice(at + 1)}`;
      expect(decodeMpm(changed).ok, `without character ${at}`).toBe(false);
    }
  });

  it.each<[string, string, ProblemCode]>([
    ['something behind the checksum', `${TEA_HOUSE}0`, 'TLV_BAD_TAG'],
    ['a line break behind the checksum', `${TEA_HOUSE}\n`, 'TLV_BAD_TAG'],
    ['a data object behind the checksum', `${TEA_HOUSE}6103123`, 'CRC_NOT_LAST'],
    ['no checksum', START + ACCOUNT + REST, 'CRC_MISSING'],
    ['a checksum within a name', `${START}${ACCOUNT}590863041D0F`, 'CRC_MISSING'],
    ['another checksum', `${START}${ACCOUNT}${REST}63040000`, 'CRC_MISMATCH'],
    ['a checksum of three digits', `${START}${ACCOUNT}${REST}6303000`, 'CRC_MISMATCH'],
    ['a checksum over 6304 left out', `${START}${ACCOUNT}${REST}6304FB0A`, 'CRC_MISMATCH'],
    ['letters for a tag', sealed(`${START}${ACCOUNT}${REST}A00211`), 'TLV_BAD_TAG'],
    ['a length beyond the end', sealed(`${START}${ACCOUNT}${REST}6199123`), 'TLV_OVERRUN'],
    ['the format second', sealed(`010211000201${ACCOUNT}${REST}`), 'FORMAT_NOT_FIRST'],
    ['no format', sealed(`010211${ACCOUNT}${REST}`), 'FORMAT_NOT_FIRST'],
    ['a format of three digits', sealed(`0003001${ACCOUNT}${REST}`), 'FORMAT_UNKNOWN'],
    ['version 02 of others', sealed(`000202${ACCOUNT}${REST}`), 'FORMAT_UNKNOWN'],
    ['no account', sealed(START + REST), 'NO_MERCHANT_ACCOUNT'],
    ['an empty account', sealed(`${START}0200${REST}`), 'NO_MERCHANT_ACCOUNT'],
    ['nothing', '', 'CRC_MISSING'],
    ['half a surrogate pair', `${TEA_HOUSE}\ud83c`, 'NOT_UNICODE'],
    ['a web address', 'https://pay.example/M01', 'TLV_BAD_TAG'],
  ])('has a name: %s', (_, payload, code) => {
    expect(decodeMpm(payload).ok).toBe(false);
    expect(codesOf(payload)).toContain(code);
  });

  it('is not even looked at when no QR symbol could hold it', () => {
    const longest = sealed(`${START}${ACCOUNT}${REST}${`8099${'x'.repeat(99)}`.repeat(40)}`);
    expect(longest.length).toBeLessThan(MAX_PAYLOAD_LENGTH);
    expect(decodeMpm(longest)).toMatchObject({ ok: true, strict: false });
    expect(codesOf('0'.repeat(10_000_000))).toEqual(['TOO_LONG']);
  });
});

describe('the field', () => {
  it.each<[string, string, ProblemCode[]]>([
    [
      'PromptPay leaves out 52, 59 and 60',
      sealed('00020101021129370016A000000677010111011300668000000005303764' + '5802TH'),
      ['MISSING_MANDATORY', 'MISSING_MANDATORY', 'MISSING_MANDATORY'],
    ],
    [
      "DuitNow's version is 02",
      sealed(`00020201021126260014A00000061500010104MD01${REST}`),
      ['FORMAT_DUITNOW'],
    ],
    ['the checksum is in lower case', lowerCase(), ['CRC_LOWER_CASE']],
    ['a template is plain text', sealed(`${START}${ACCOUNT}${REST}6203abc`), ['NOT_A_TEMPLATE']],
    ['an account names no scheme', sealed(`${START}26070103M01${REST}`), ['MISSING_MANDATORY']],
    ['a value is empty', sealed(`${START}${ACCOUNT}${REST}6100`), ['EMPTY_VALUE']],
    ['a value within is empty', sealed(`${START}${ACCOUNT}${REST}62040500`), ['EMPTY_VALUE']],
    ['the amount is none', sealed(`${START}${ACCOUNT}${REST}54041,50`), ['MALFORMED_VALUE']],
    [
      'a name holds a line break',
      sealed(`${START}${ACCOUNT}${REST}6103a\nb`),
      ['CONTROL_CHARACTER'],
    ],
  ])('is taken as it is, and said to depart from the standard: %s', (_, payload, codes) => {
    expect(decodeMpm(payload)).toMatchObject({ ok: true, strict: false });
    expect(codesOf(payload)).toEqual(codes);
    expect(decodeMpm(payload, 'strict').ok).toBe(false);
  });

  it('may say a thing twice: the last counts, and the code is no longer strict', () => {
    const read = decodeMpm(sealed(`${START}${ACCOUNT}${REST}540115401262100501a0501b`));
    expect(read.problems.map(({ code, tag }) => [code, tag])).toEqual([
      ['DUPLICATE_TAG', '54'],
      ['DUPLICATE_TAG', '62.05'],
    ]);
    expect(read.fields).toMatchObject({ amount: '2', additionalData: { '05': 'b' } });
  });

  it('puts amounts into static codes, and zero where the payer enters it', () => {
    for (const amount of ['540512.50', '54010', '540598.00', '540298', '540398.']) {
      expect(decodeMpm(sealed(START + ACCOUNT + REST + amount))).toMatchObject({ strict: true });
    }
  });

  it('uses 80 to 99 for anything at all', () => {
    for (const value of ['ab', '12', '{"a":1}', '0099']) {
      const object = `80${String(value.length).padStart(2, '0')}${value}`;
      const read = decodeMpm(sealed(START + ACCOUNT + REST + object));
      expect(read).toMatchObject({ strict: true, fields: { unreserved_80: value } });
    }
  });
});

/** A code whose checksum holds a letter. */
function lowerCase(): string {
  const codes = Array.from({ length: 50 }, (_, at) =>
    sealed(`${START}${ACCOUNT}${REST}6102${String(at).padStart(2, '0')}`),
  );
  const lettered = codes.find((code) => /[A-F]/.test(code.slice(-4))) ?? '';
  return lettered.slice(0, -4) + lettered.slice(-4).toLowerCase();
}

describe('any text', () => {
  it('is answered, never thrown at', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789a茶🍵') });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits), fc.boolean(), (text, whole) => {
        const read = decodeMpm(whole ? sealed(`${START}${text}`) : text);
        expect(read.ok || read.problems.length > 0).toBe(true);
      }),
    );
  });
});
