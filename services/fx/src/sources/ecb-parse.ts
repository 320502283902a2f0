import { daysOfCsv } from './ecb-csv.ts';
import {
  BadReferenceFile,
  checkedDay,
  MAX_FILE_BYTES,
  type RawDay,
  type ReferenceDay,
} from './ecb-file.ts';
import { daysOfXml } from './ecb-xml.ts';

/**
 * Reads a file of reference rates as the ECB publishes it, XML or CSV, told apart by its first
 * character. Of several days the newest counts. Throws `BadReferenceFile`.
 */
export function parseEcbFile(text: string): ReferenceDay {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) throw new BadReferenceFile('the file is too large');
  const days = /^\uFEFF?\s*</.test(text) ? daysOfXml(text) : daysOfCsv(text);
  return checkedDay(newest(days));
}

function newest(days: readonly RawDay[]): RawDay {
  return days.reduce((best, day) => (day.day > best.day ? day : best));
}
