import { describe, expect, test } from 'vitest';
import { BankCsv } from './bank-csv.ts';
import { Camt053 } from './camt053.ts';
import { BANK_FILE, CAMT_FILE, readWhole, verdict } from './files.fixture.ts';

const csv = (from: string | RegExp, to: string) =>
  verdict(new BankCsv(), BANK_FILE.replace(from, to));
const camt = (from: string | RegExp, to: string) =>
  verdict(new Camt053(), CAMT_FILE.replace(from, to));

const FRAME = {
  ...{ statementId: 'S-1', account: 'NOSTRO-HKD', currencyCode: 'HKD' },
  ...{ fromDate: '2026-11-16', toDate: '2026-11-17' },
  ...{ openingMinor: 100_000n, closingMinor: 120_025n },
};

describe('a statement as CSV', () => {
  test('is read with its balances', () => {
    const reader = new BankCsv();
    const entries = readWhole(reader, BANK_FILE);
    expect(reader.frame).toEqual(FRAME);
    expect(entries).toMatchObject([
      { lineNo: 1, direction: 'credit', amountMinor: 25_050n, endToEndId: 'e2e-1' },
      { lineNo: 2, direction: 'debit', amountMinor: 5_025n, reversal: true, status: 'booked' },
    ]);
    expect(entries[0]?.valueDate).toBe('2026-11-17');
    expect(entries[1]?.valueDate).toBe('2026-11-17');
  });

  test.each([
    ['no opening', /1,opening.*\n/, '', '2:1 must be 1'],
    ['no closing', /4,closing.*\n/, '', '5:1 the file ends before its last line'],
    ['a second opening', '2,entry', '2,opening', '3:3 the statement is opened already'],
    ['another account', '2,entry,S-1,NOSTRO-HKD', '2,entry,S-1,OTHER', '3:13 must be that of'],
    ['an amount of three decimals', '250.5', '250.505', '3:35 HKD has 2 decimal places, no more'],
    ['an amount below zero', '250.5', '-250.5', '3:35 must not be below zero'],
    ['a sum that is off', '1200.25', '1200.26', '5:37 the entries lead to a balance of 1200.25'],
    ['an entry from before', 'HKD,250.5,2026-11-16', 'HKD,250.5,2026-11-15', '3:41 is before'],
    ['an entry from after', 'HKD,1200.25,2026-11-17', 'HKD,1200.25,2026-11-16', '5:45 is before'],
    ['an unknown direction', 'credit,HKD,250.5', 'in,HKD,250.5', '3:24 must be one of credit'],
  ])('with %s is refused', (_what, from, to, expected) => {
    expect(csv(from, to)).toContain(expected);
  });
});

describe('a statement as camt.053', () => {
  test('is read, a sum of several payments as these', () => {
    const reader = new Camt053();
    const entries = readWhole(reader, CAMT_FILE);
    expect(reader.frame).toEqual(FRAME);
    expect(entries).toMatchObject([
      { lineNo: 1, direction: 'credit', amountMinor: 25_050n, endToEndId: 'e2e-1' },
      { lineNo: 2, amountMinor: 5_000n, endToEndId: undefined, reversal: true },
      { lineNo: 3, amountMinor: 25n, endToEndId: 'e2e-2', bookingDate: '2026-11-17' },
    ]);
    expect(entries[0]?.reference).toBe('net of 16 November & more');
    for (const size of [1, 100_000]) {
      expect(readWhole(new Camt053(), CAMT_FILE, size)).toEqual(entries);
    }
    expect(readWhole(new Camt053(), `\ufeff${CAMT_FILE}`)).toEqual(entries);
  });

  test.each([
    ['a document type', '<Document', '<!DOCTYPE x [<!ENTITY a "b">]><Document', '2:30 document'],
    ['an entity', 'net of', '&lol; of', '14:89 this is not XML'],
    ['another namespace', 'camt.053.001.08', 'camt.053.001.02', '2:65 the element is not of'],
    ['another encoding', 'encoding="UTF-8"', 'encoding="UTF-16"', '1:39 '],
    ['an instruction', '<Stmt>', '<?php echo 1 ?><Stmt>', '5:19 processing instructions'],
    ['an end too early', '</Document>\n', '', '26:1 the document ends before its last element'],
    ['text behind the end', '</Document>', '</Document>x', '26:12 this is not XML'],
    ['elements that cross', '</Stmt>', '</Statement>', '24:16 this is not XML'],
    ['two statements', '</Stmt>', '</Stmt><Stmt>', '24:18 a file may hold one statement'],
    ['no account', '<Othr><Id>NOSTRO-HKD</Id></Othr>', '', '26:11 the statement has no Acct/Id'],
    ['an unknown currency', '<Ccy>HKD', '<Ccy>HKX', '8:59 must be a known currency'],
    ['a sum that is off', '>1200.25<', '>1200.26<', '26:11 the entries lead to a balance of'],
    ['parts that are off', '>0.25<', '>0.26<', '16:13 the payments of the entry do not sum'],
    ['an amount of letters', '>250.50<', '>2 50.50<', '12:24 must be a decimal amount'],
    ['too many digits', '>250.50<', '>250000000000000000.50<', '12:24 is more than any amount'],
    ['an entry of no direction', 'CRDT</CdtDbtInd><Sts>', 'UP</CdtDbtInd><Sts>', '12:47 must be'],
    ['a control character', 'net of', 'net\u0001of', '14:88 there is a control character'],
    ['one by its number', 'net of', 'net&#1;of', ':'],
    ['a long attribute', 'Ccy="HKD">250', `Ccy="${'H'.repeat(300)}">250`, '12:'],
    ['an endless tag', '<Ntry>', `<${'N'.repeat(20_000)}>`, '11:'],
    ['an endless comment', '<Ntry>', `<!-- ${'N'.repeat(20_000)} --><Ntry>`, '11:'],
    ['an endless text', 'net of', 'n'.repeat(3_000), '14:'],
    ['no end of depth', '<Ntry>', '<A>'.repeat(100), '11:72 deeper than 24 elements'],
  ])('with %s is refused', (_what, from, to, expected) => {
    const found = camt(from, to);
    expect(found).not.toBe('taken');
    expect(found).toContain(expected);
  });

  test('of bytes that are not UTF-8 is refused where they are', () => {
    const at = CAMT_FILE.indexOf('net of');
    const bytes = Buffer.from(CAMT_FILE);
    bytes[at + 1] = 0xff;
    expect(verdict(new Camt053(), bytes)).toMatch(/^14:\d+ this is not UTF-8$/);
    expect(verdict(new Camt053(), Buffer.from(CAMT_FILE, 'utf16le'))).toMatch(/^1:\d/);
    expect(verdict(new Camt053(), '{"json":true}')).toMatch(/^1:\d/);
    expect(verdict(new Camt053(), '')).toMatch(/^1:\d/);
  });
});
