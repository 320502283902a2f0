import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvProblem, LINE_END, readRecord, textCell, textOf } from './csv.ts';
import { csvLines } from './csv-lines.ts';

test('what would be a formula in a spreadsheet is none, and comes back as it was', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', "'quoted", '=cmd|" /C calc"!A0', '＝1']) {
    const cell = textCell(text);
    expect(cell.replace('"', '').startsWith("'")).toBe(true);
    expect(readRecord(cell).map(textOf)).toEqual([text]);
  }
});

test('every text comes back, and none ends its record', () => {
  const character = fc.constantFrom(...`ab =+-@'",;\r\n\t\0\u0085é東😀`);
  const text = fc.string({ unit: character, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const record = texts.map(textCell).join(',');
      expect(record).not.toMatch(/[\r\n]/);
      const expected = texts.map((one) => one.replace(/\p{Cc}/gu, '\ufffd'));
      expect(readRecord(record).map(textOf)).toEqual(expected);
    }),
  );
});

test.each([
  ['a"b', 2],
  ['x,"open', 3],
  ['"a"b,c', 4],
])('%s is refused at its column', (record, column) => {
  expect(() => readRecord(record)).toThrow(expect.objectContaining({ name: 'CsvProblem', column }));
});

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: string[] = [];
  for await (const line of csvLines(source())) lines.push(line.toString());
  return lines;
}

test('lines are found wherever the chunks are cut', async () => {
  const file = Buffer.from(['first', '', 'täglich', 'last', ''].join(LINE_END));
  for (let cut = 0; cut <= file.length; cut += 1) {
    expect(await linesOf(file.subarray(0, cut), file.subarray(cut))).toEqual([
      'first',
      '',
      'täglich',
      'last',
    ]);
  }
});

test('a file with other line ends, a cut one and an endless line are refused', async () => {
  await expect(linesOf('a\n')).rejects.toThrow(CsvProblem);
  await expect(linesOf('\n')).rejects.toThrow(CsvProblem);
  await expect(linesOf('a\r\nb')).rejects.toThrow('cut off');
  await expect(linesOf(Buffer.alloc(70_000, 'x'))).rejects.toThrow('longer');
});
