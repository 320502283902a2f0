import { CsvError, parse } from 'csv-parse/sync';
import { BadReferenceFile, type RawDay } from './ecb-file.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * The days of `eurofxref.csv` (one line, '13 April 2026') or `eurofxref-hist.csv` (many lines,
 * '2026-04-13', 'N/A' where a currency had no rate). Throws `BadReferenceFile`.
 */
export function daysOfCsv(text: string): RawDay[] {
  const [header, ...lines] = recordsOf(text);
  if (header?.[0] !== 'Date') throw new BadReferenceFile('the first column is not Date');
  if (lines.length === 0) throw new BadReferenceFile('the file holds no day');
  const codes = header.slice(1);
  return lines.map(([day = '', ...cells]) => ({
    day: isoDay(day),
    rates: codes
      .map((code, index) => [code, cells[index] ?? ''] as const)
      // The published lines end in a comma, which makes a last column without name or value.
      .filter(([code, cell]) => !(code === '' && cell === '') && cell !== 'N/A'),
  }));
}

function recordsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, max_record_size: 4_096 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new BadReferenceFile('the CSV cannot be read', { cause: error });
  }
}

/** '13 April 2026' as '2026-04-13'; anything else stays as it is, to be judged as a day. */
function isoDay(text: string): string {
  const [, day = '', name = '', year = ''] = /^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$/.exec(text) ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (month === 0) return text;
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
