import { hash } from 'node:crypto';

/** What banks agree on: the Latin characters that SWIFT calls its set X. */
const NOT_IN_SET = /[^A-Za-z0-9/\-?:().,'+ ]/g;
/** Most texts are of it already, and have no slashes. */
const PLAIN = /^[A-Za-z0-9\-?:().,'+](?:[A-Za-z0-9\-?:().,'+ ]*[A-Za-z0-9\-?:().,'+])?$/;
const MARKS = /\p{M}/gu;

/** Letters that do not come apart into a plain one and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', Æ: 'AE', æ: 'ae', Œ: 'OE', œ: 'oe', Ø: 'O', ø: 'o', Đ: 'D', đ: 'd' },
  ...{ Ł: 'L', ł: 'l', Þ: 'Th', þ: 'th', ı: 'i', '&': '+', _: '-' },
};
const TOLD_OTHERWISE = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/**
 * A text in the characters that every bank takes, at most `max` of them: marks are dropped, some
 * letters are written with two, and anything else becomes `.`. A text never begins or ends with a
 * slash, nor holds two in a row, which banks read as something else.
 */
export function bankText(text: string, max: number): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(TOLD_OTHERWISE, (letter) => LETTERS[letter] ?? letter)
    .replace(NOT_IN_SET, '.')
    .replace(/\/{2,}/g, '/')
    .slice(0, max)
    .replace(/^[/\s]+|[/\s]+$/g, '');
}

const SUFFIX_LENGTH = 12;

/**
 * An id in at most `max` characters: itself where it fits and needs no other characters, else what
 * fits of it and a part of its hash, so that two ids stay two.
 */
export function bankId(id: string, max: number): string {
  const text = bankText(id, max);
  if (text === id) return id;
  const suffix = hash('sha256', id, 'hex').slice(0, SUFFIX_LENGTH);
  return `${bankText(id, max - SUFFIX_LENGTH - 1)}-${suffix}`;
}

/** The most digits that the schemas take of a rate, and the most of them after the point. */
const RATE_DIGITS = 11;
const RATE_DECIMALS = 10;

/**
 * A rate as the schemas take it, cut to 11 digits; undefined where nothing is left of it. Ours have
 * up to 12: the exact one stands in the items file and in the entry's additional information.
 */
export function schemaRate(rate: string): string | undefined {
  const [whole = '', decimals = ''] = rate.split('.');
  const wholeDigits = whole === '0' ? 0 : whole.length;
  const kept = decimals.slice(0, Math.min(RATE_DECIMALS, RATE_DIGITS - wholeDigits));
  const text = kept === '' ? whole : `${whole}.${kept}`;
  return /[1-9]/.test(text) ? text : undefined;
}
