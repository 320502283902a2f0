import { describe, expect, test } from 'vitest';
import { PARTNER_FILE, readWhole, verdict } from './files.fixture.ts';
import { PartnerCsv } from './partner-csv.ts';

const [header = '', first = '', second = '', refund = '', last = ''] = PARTNER_FILE.split('\n');
const whole = (...lines: string[]) => [header, ...lines, ''].join('\n');
const judged = (file: string | Uint8Array) => verdict(new PartnerCsv(), file);
/** The first line with one cell as it shall be. */
const withCell = (at: number, cell: string) => {
  const cells = first.split(',');
  cells[at] = cell;
  return whole(cells.join(','), last.replace('4', '2'));
};

describe("a participant's file", () => {
  test('is read, in pieces of any size, with either line ending and a byte order mark', () => {
    const lines = readWhole(new PartnerCsv(), PARTNER_FILE);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({
      ...{ lineNo: 1, kind: 'capture', requestId: 'order-1', currencyCode: 'JPY' },
      ...{ amountMinor: 1_280n, feeMinor: 6n, rate: '19.683', status: 'succeeded' },
    });
    expect(lines[1]).toMatchObject({ requestId: '=order,2', reference: 'said "thanks"' });
    expect(lines[2]).toMatchObject({ kind: 'refund', feeMinor: -1n, rate: '19.683' });
    expect(lines[2]?.reference).toBe('咖啡');
    for (const size of [1, 2, 64, 100_000]) {
      expect(readWhole(new PartnerCsv(), PARTNER_FILE, size)).toEqual(lines);
    }
    const windows = `\ufeff${PARTNER_FILE.trimEnd().replaceAll('\n', '\r\n')}`;
    expect(readWhole(new PartnerCsv(), windows)).toEqual(lines);
  });

  test.each([
    ['an empty file', '', '1:1 the file ends before its last line'],
    ['an unknown column', 'line,colour\n', '1:6 there is no such column'],
    ['a column twice', 'line,line\n', '1:6 the column line comes twice'],
    ['a missing column', 'line,record\n', '1:12 the column currency_code is missing'],
    ['a file cut off between lines', whole(first), '3:1 the file ends before its last line'],
    ['a line twice', whole(first, first, last), '3:1 line number 1 comes twice'],
    ['a line left out', whole(first, refund, last), '3:1 must be 2, the number behind that of'],
    ['more behind the end', `${PARTNER_FILE}x,y\n`, '6:4 the line has 2 cells, the first line'],
    ['an empty line', whole(first, '', last), '3:1 the line is empty'],
    ['too few cells', whole('1,payment,,'), '2:12 the line has 4 cells, the first line has 15'],
    ['too many cells', whole(`${first},x`), '2:120 the line has 16 cells'],
    ['a formula', withCell(14, '=cmd()'), '2:113 a spreadsheet would take this for a formula'],
    ['a formula as an id', withCell(3, '@SUM'), '2:48 a spreadsheet would take this'],
    ['a tab', withCell(14, '\t=1'), '2:113 there is a control character'],
    ['a zero byte', withCell(14, 'a\0'), '2:114 there is a zero byte'],
    ['a lone carriage return', withCell(14, 'a\rb'), '2:114 a carriage return stands alone'],
    ['letters that turn around', withCell(14, '咖\u202e'), '2:114 there is a control character'],
    ['an open quote', whole('1,"payment'), '2:3 the quoted cell does not end'],
    ['a quote inside', whole('1,pay"ment'), '2:6 a quote inside a plain cell'],
    ['text behind a quote', whole('1,"payment"x'), '2:12 text behind a quoted cell'],
    ['too many digits', withCell(8, '10000000000000000'), '2:67 has too many digits'],
    ['too much', withCell(8, '1000000000000001'), '2:67 is more than any amount may be'],
    ['a decimal', withCell(8, '12.80'), '2:67 must be a whole number of minor units'],
    ['an amount below zero', withCell(8, '-5'), '2:67 must be a whole number of minor units'],
    ['no amount', withCell(8, ''), '2:67 must not be empty'],
    ['an unknown currency', withCell(7, 'XXX'), '2:63 must be the code of a known currency'],
    ['a day that is none', withCell(11, '2026-02-30'), '2:81 must be a day'],
    ['a rate that is none', withCell(10, '1e5'), '2:74 must be a rate'],
    ['an unknown status', withCell(13, 'ok'), '2:103 must be one of succeeded'],
    ['an id of another shape', withCell(2, 'X'), '2:11 must be a UUID in lower case'],
    ['a refund id on a payment', withCell(5, 'r'), '2:57 must be empty for a payment'],
    ['UTF-16', Buffer.from(`\ufeff${PARTNER_FILE}`, 'utf16le'), '1:1 the file is UTF-16'],
    ['UTF-16 without a mark', Buffer.from(PARTNER_FILE, 'utf16le'), '1:2 there is a zero byte'],
    ['Latin 1', Buffer.from(withCell(14, 'café'), 'latin1'), '2:116 this is not UTF-8'],
    ['a character cut off', Buffer.from(`${header.slice(0, 4)}\xe5`, 'latin1'), '1:5 this is not'],
  ])('with %s is refused where it is wrong', (_what, file, expected) => {
    expect(judged(file)).toContain(expected);
  });

  test('of one endless line is refused before it is gathered', () => {
    const reader = new PartnerCsv();
    const piece = Buffer.alloc(65_536, 'a');
    expect(() => reader.push(piece)).toThrow('line 1, column 4097: the line is longer than');
    const later = new PartnerCsv();
    later.push(Buffer.from(`${header}\n`));
    expect(() => later.push(Buffer.alloc(5_000, '咖'))).toThrow('line 2, column 1366: the line');
  });

  test('with more lines than anybody has is refused', () => {
    expect(verdict(new PartnerCsv({ maxLines: 2 }), whole(first, second, refund, last))).toBe(
      '4:1 there are more than 2 lines',
    );
  });
});
