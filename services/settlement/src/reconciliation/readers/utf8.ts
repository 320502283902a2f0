import { isUtf8 } from 'node:buffer';
import { FileRefused, type Place } from './file-refused.ts';

const UTF_8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16_BOMS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const NOT_UTF_8 = 'this is not UTF-8';

/**
 * Where the text begins: behind a byte order mark of UTF-8. Throws FileRefused for UTF-16, which
 * its mark gives away, and which would otherwise be refused for its zeros with a worse word.
 */
export function startOfText(head: Buffer): number {
  if (UTF_16_BOMS.some((mark) => head.subarray(0, 2).equals(mark))) {
    throw new FileRefused({ line: 1, column: 1 }, 'the file is UTF-16; it must be UTF-8');
  }
  return head.subarray(0, 3).equals(UTF_8_BOM) ? 3 : 0;
}

/** The bytes as text. Throws FileRefused where they are not UTF-8; `at` is where they begin. */
export function textOf(bytes: Buffer, at: Place): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const before = bytes.subarray(0, validLength(bytes)).toString('utf8');
  throw new FileRefused({ line: at.line, column: at.column + [...before].length }, NOT_UTF_8);
}

/** How many bytes from the start are whole characters of valid UTF-8. */
export function validLength(bytes: Buffer): number {
  if (isUtf8(bytes)) return bytes.length;
  let low = 0;
  let high = bytes.length;
  // Validity of a prefix is monotonic but for characters that it cuts in two.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes, low);
}

/**
 * The length, `length` at most, that cuts no character in two: where the last one has fewer bytes
 * than its first byte says, it begins there.
 */
export function wholeCharacters(bytes: Buffer, length = bytes.length): number {
  for (let back = 1; back <= Math.min(4, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return back < sizeOf(byte) ? length - back : length;
  }
  return length;
}

function sizeOf(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}
