import type { Problem } from '../problem.ts';

/**
 * A data object by its tag in hexadecimal: what it holds in hexadecimal, or, of a constructed
 * one, the data objects within. Each has exactly one key.
 */
export interface CpmObject {
  readonly [tag: string]: string | CpmFields;
}

/** The data objects of a consumer's code, in their order. */
export type CpmFields = readonly CpmObject[];

/** A problem found while reading bytes. */
export class BerError extends Error {
  readonly problem: Problem;

  constructor(code: Problem['code'], tag: string, message: string) {
    super(message);
    this.problem = { code, tag, message };
  }
}

/** Templates within templates; codes in use have three levels. */
const MAX_DEPTH = 8;
/** EMV's tags have one or two bytes; a longer one is another's. */
const MAX_TAG_BYTES = 4;
/** Of a length in its long form: more than any code can hold. */
const MAX_LENGTH_BYTES = 3;

/** Reads bytes that consist of data objects and padding. Throws a BerError. */
export function readBer(bytes: Uint8Array, depth = 0): CpmFields {
  if (depth > MAX_DEPTH) throw new BerError('TOO_DEEP', '', 'templates are nested too deeply');
  const objects: CpmObject[] = [];
  for (let at = 0; at < bytes.length; ) {
    // EMV Book 3 allows zero bytes before, between and after data objects.
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const tagEnd = endOfTag(bytes, at);
    const tag = hexOf(bytes.subarray(at, tagEnd));
    const { length, start } = lengthAt(bytes, tagEnd, tag);
    const value = bytes.subarray(start, start + length);
    if (value.length < length) throw new BerError('TLV_OVERRUN', tag, `BER: overrun ${tag}`);
    objects.push({ [tag]: isConstructed(tag) ? readBer(value, depth + 1) : hexOf(value) });
    at = start + length;
  }
  return objects;
}

/** Writes data objects; a tag's own bit, not its value, says whether it is constructed. */
export function writeBer(objects: CpmFields): Uint8Array {
  return joined(objects.flatMap((object) => Object.entries(object).map(written)));
}

function written([tag, value]: [string, string | CpmFields]): Uint8Array {
  const bytes = typeof value === 'string' ? bytesOf(value) : writeBer(value);
  return joined([bytesOf(tag), lengthOf(bytes.length), bytes]);
}

/** Whether a data object with this tag holds data objects. */
export function isConstructed(tag: string): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

/** Whether text is a tag in hexadecimal that would be read as a whole. */
export function isTag(text: string): boolean {
  if (!/^([0-9A-F]{2})+$/.test(text)) return false;
  const bytes = bytesOf(text);
  if (bytes[0] === 0 || bytes.length > MAX_TAG_BYTES) return false;
  return (
    bytes.every((byte, at) => at === bytes.length - 1 || hasMore(byte, at === 0)) &&
    !hasMore(bytes.at(-1) ?? 0, bytes.length === 1)
  );
}

/** Whether a tag goes on behind one of its bytes. */
function hasMore(byte: number, isFirst: boolean): boolean {
  return isFirst ? (byte & 0x1f) === 0x1f : (byte & 0x80) !== 0;
}

function endOfTag(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length && at < start + MAX_TAG_BYTES; at += 1) {
    if (!hasMore(bytes[at] ?? 0, at === start)) return at + 1;
  }
  const tag = hexOf(bytes.subarray(start, start + MAX_TAG_BYTES));
  throw new BerError('TLV_BAD_TAG', tag, `BER: tag without end ${tag}`);
}

/** The length behind a tag: one byte up to 127, else the number of its bytes and those. */
function lengthAt(bytes: Uint8Array, at: number, tag: string): { length: number; start: number } {
  const first = bytes[at];
  if (first === undefined) throw new BerError('TLV_OVERRUN', tag, `BER: overrun ${tag}`);
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  const start = at + 1 + count;
  // None at all would be the indefinite form, which EMV does not use.
  if (count === 0 || count > MAX_LENGTH_BYTES) {
    throw new BerError('TLV_BAD_LENGTH', tag, `BER: length of ${count} bytes ${tag}`);
  }
  if (start > bytes.length) throw new BerError('TLV_OVERRUN', tag, `BER: overrun ${tag}`);
  return { length: Number.parseInt(hexOf(bytes.subarray(at + 1, start)), 16), start };
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits = length.toString(16);
  const bytes = bytesOf(digits.length % 2 === 0 ? digits : `0${digits}`);
  return joined([Uint8Array.of(0x80 | bytes.length), bytes]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
