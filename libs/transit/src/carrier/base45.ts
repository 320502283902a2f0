import { demand } from '../cbor/value.ts';

/** The alphabet of RFC 9285, which is that of a QR symbol's alphanumeric mode. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const VALUES = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));

/** Bytes as base45 (RFC 9285): three characters for two bytes, two for one that is left. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const [high = 0, low] = [bytes[at], bytes[at + 1]];
    const value = low === undefined ? high : high * 256 + low;
    text += ALPHABET.charAt(value % 45) + ALPHABET.charAt(Math.floor(value / 45) % 45);
    if (low !== undefined) text += ALPHABET.charAt(Math.floor(value / 2025));
  }
  return text;
}

/** The bytes of a base45 text. Throws a MalformedError where it is none. */
export function decodeBase45(text: string): Uint8Array {
  const rest = text.length % 3;
  demand(rest !== 1, 'it is no base45: a character is left over');
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest === 2 ? 1 : 0));
  let out = 0;
  for (let at = 0; at < text.length; at += 3) {
    const isWhole = at + 2 < text.length;
    const value =
      digit(text, at) + digit(text, at + 1) * 45 + (isWhole ? digit(text, at + 2) * 2025 : 0);
    demand(value < (isWhole ? 0x1_0000 : 0x100), 'it is no base45: a group is too large');
    if (isWhole) bytes[out++] = value >> 8;
    bytes[out++] = value & 0xff;
  }
  return bytes;
}

function digit(text: string, at: number): number {
  const value = VALUES.get(text.charCodeAt(at));
  demand(value !== undefined, 'it is no base45: a character is not of the alphabet');
  return value;
}
