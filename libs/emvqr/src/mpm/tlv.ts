import type { Problem } from '../problem.ts';

/** One data object: two digits, and the text behind its length. */
export interface DataObject {
  tag: string;
  value: string;
}

/** What was read before the end, or before the problem. */
export interface Tlv {
  objects: DataObject[];
  problem?: Problem;
}

/** The greatest length that two digits can say, in characters. */
export const MAX_VALUE_CHARACTERS = 99;

const TWO_DIGITS = /^[0-9]{2}$/;

/**
 * Reads text that consists of data objects and nothing else. A length counts characters, that is
 * Unicode code points: one for a letter beyond the basic plane, which JavaScript holds as two.
 */
export function readTlv(text: string): Tlv {
  const characters = Array.from(text);
  const objects: DataObject[] = [];
  for (let at = 0; at < characters.length; ) {
    const tag = characters.slice(at, at + 2).join('');
    const length = characters.slice(at + 2, at + 4).join('');
    if (!TWO_DIGITS.test(tag)) {
      return broken(objects, 'TLV_BAD_TAG', '', `TLV: no tag of two digits at character ${at}`);
    }
    if (!TWO_DIGITS.test(length)) {
      return broken(objects, 'TLV_BAD_LENGTH', tag, `TLV: no length of two digits tag ${tag}`);
    }
    const end = at + 4 + Number(length);
    if (end > characters.length) {
      return broken(objects, 'TLV_OVERRUN', tag, `TLV: length overrun tag ${tag}`);
    }
    objects.push({ tag, value: characters.slice(at + 4, end).join('') });
    at = end;
  }
  return { objects };
}

function broken(objects: DataObject[], code: Problem['code'], tag: string, message: string): Tlv {
  return { objects, problem: { code, tag, message } };
}

/** Writes data objects one after the other. Values are at most 99 characters long. */
export function writeTlv(objects: readonly DataObject[]): string {
  return objects
    .map(({ tag, value }) => `${tag}${String(charactersOf(value)).padStart(2, '0')}${value}`)
    .join('');
}

/** How many characters a length would count. */
export function charactersOf(text: string): number {
  return Array.from(text).length;
}
