import { formatRate } from '@causeway/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import bundled from '../../reference/eurofxref-2026-04-13.csv';
import { DEFAULT_PEGS, parsePegs } from '../reference/pegs.ts';
import { BadReferenceFile, MAX_FILE_BYTES, missingCurrencies } from './ecb-file.ts';
import { parseEcbFile } from './ecb-parse.ts';

// The layout of the published file; the figures are those of 13 April 2026.
const XML = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-04-13'>
			<Cube currency='USD' rate='1.1684'/>
			<Cube currency='JPY' rate='186.75'/>
			<Cube currency='GBP' rate='0.87058'/>
			<Cube currency='HKD' rate='9.1507'/>
			<Cube currency='CHF' rate='0.9242'/>
		</Cube>
	</Cube>
</gesmes:Envelope>`;

const refused = (text: string, words: string | RegExp = /./) => {
  expect(() => parseEcbFile(text)).toThrow(BadReferenceFile);
  expect(() => parseEcbFile(text)).toThrow(words);
};

describe('the XML file', () => {
  it('gives the day and the offered currencies, as written', () => {
    const { day, perEuro } = parseEcbFile(XML);
    expect(day).toBe('2026-04-13');
    const texts = [...perEuro].map(([code, rate]) => `${code} ${formatRate(rate)}`);
    expect(texts).toEqual(['USD 1.1684', 'JPY 186.75', 'GBP 0.87058', 'HKD 9.1507']);
  });

  it('takes the newest of many days', () => {
    const older = "<Cube time='2026-04-10'><Cube currency='USD' rate='1.1711'/></Cube>";
    const many = XML.replace('\t</Cube>\n</gesmes', `${older}</Cube>\n</gesmes`);
    expect(parseEcbFile(many).day).toBe('2026-04-13');
  });

  it('is refused where it is cut, empty, or something else', () => {
    refused(XML.slice(0, 400), 'not well-formed');
    refused('<html><body>Service unavailable</body></html>', 'no <Envelope>');
    refused('<Envelope/>', 'no <Envelope>');
    refused('<Envelope><Cube/></Envelope>');
    refused("<Envelope><Cube><Cube time='2026-04-13'/></Cube></Envelope>", 'no <Cube>');
    refused(XML.replace("time='2026-04-13'", ''), 'no time');
    refused(XML.replace("rate='186.75'", ''), 'no rate');
    refused('', 'Date');
  });

  it('is refused where a rate or the day is wrong', () => {
    for (const rate of ['0', '-1', '1e3', 'NaN', '1,5', '', '1234567890.12345', '99999999999']) {
      refused(XML.replace('186.75', rate), 'JPY');
    }
    refused(XML.replace('2026-04-13', '2026-02-30'), 'not a day');
    refused(XML.replace('2026-04-13', 'today'), 'not a day');
    refused(XML.replace("'GBP'", "'JPY'"), 'twice');
  });

  it('expands no entities and reads nothing large or deep', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>`;
    refused(XML.replace('<gesmes:Envelope', `${bomb}<gesmes:Envelope`), 'document type');
    refused(XML.replace("'186.75'", "'&x;'"), 'JPY');
    refused(XML + ' '.repeat(MAX_FILE_BYTES), 'too large');
    refused(`<Envelope>${'<Cube>'.repeat(40_000)}`);
    refused(`<Envelope>${'<Cube>'.repeat(30_000)}${'</Cube>'.repeat(30_000)}</Envelope>`);
  });
});

describe('the CSV file', () => {
  it('is the bundled one: the sandbox day, with every offered currency but the pegged', () => {
    const file = parseEcbFile(bundled);
    expect(file.day).toBe('2026-04-13');
    const pegged = new Set(parsePegs(DEFAULT_PEGS).map((peg) => peg.pegged));
    expect(missingCurrencies(file, pegged)).toEqual([]);
    expect(missingCurrencies(file, new Set())).toEqual([...pegged].sort());
    expect(formatRate(file.perEuro.get('JPY') ?? { digits: 0n, scale: 0 })).toBe('186.75');
  });

  it('is also the history, with its own dates and gaps', () => {
    const history =
      'Date,USD,JPY,CYP,\n2026-04-10,1.1711,186.43,N/A,\n2026-04-13,1.1684,N/A,N/A,\n';
    const { day, perEuro } = parseEcbFile(history);
    expect([day, [...perEuro.keys()]]).toEqual(['2026-04-13', ['USD']]);
  });

  it('is refused with wrong columns, dates, figures, or quotes that never end', () => {
    refused('Day, USD, \n13 April 2026, 1.1684, \n', 'first column');
    refused('Date, USD, JPY, \n13 April 2026, 1.1684, \n', 'cannot be read');
    refused('Date, USD, \n', 'no day');
    refused('Date, USD, \n31 April 2026, 1.1684, \n', 'not a day');
    refused('Date, USD, \n13 Avril 2026, 1.1684, \n', 'not a day');
    refused('Date, USD, \n13 April 2026, , \n', 'USD');
    refused('Date, USD, \n"13 April 2026, 1.1684, \n', 'cannot be read');
    refused('PK\u0003\u0004 a zip', 'first column');
  });
});

it('whatever the text, the answer is a file or a refusal', () => {
  const mangled = fc
    .tuple(fc.constantFrom(XML, bundled), fc.nat(700), fc.nat(30), fc.string())
    .map(([text, at, length, inserted]) => text.slice(0, at) + inserted + text.slice(at + length));
  fc.assert(
    fc.property(fc.oneof(mangled, fc.string()), (text) => {
      try {
        parseEcbFile(text);
      } catch (error) {
        expect(error).toBeInstanceOf(BadReferenceFile);
      }
    }),
    { numRuns: 500 },
  );
});
