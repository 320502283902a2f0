import { type Encoded, type Policy, type Problem, written } from '../problem.ts';
import { crcOf } from './crc.ts';
import { decodeMpm } from './decode.ts';
import { type MpmFields, tagOf } from './fields.ts';
import { charactersOf, type DataObject, MAX_VALUE_CHARACTERS, writeTlv } from './tlv.ts';

/**
 * Writes a merchant's code: the inverse of `decodeMpm`. Data objects keep the order of the fields,
 * but that 00 comes first ('01' unless given) and 63 last, whatever `crc` says. Never throws, not
 * even for fields that came from outside; what reads badly under the policy is not given out.
 */
export function encodeMpm(fields: MpmFields, policy: Policy = 'field'): Encoded {
  const { payloadFormatIndicator = '01', crc: _, ...others } = fields;
  const entries: [string, unknown][] = Object.entries({ payloadFormatIndicator, ...others });
  const made = entries.map(([name, value]) => objectOf(name, value));
  const problems = made.flatMap((one) => ('code' in one ? [one] : []));
  if (problems.length > 0) return { ok: false, problems };
  const body = `${writeTlv(made.flatMap((one) => ('code' in one ? [] : [one])))}6304`;
  const payload = body + crcOf(body);
  return written(payload, decodeMpm(payload, policy));
}

function objectOf(name: string, given: unknown): DataObject | Problem {
  const tag = tagOf(name);
  if (tag === undefined) {
    const message = `${JSON.stringify(name)} is no field of a merchant's code`;
    return { code: 'FIELD_UNKNOWN', tag: '', message };
  }
  const value = typeof given === 'string' ? given : templateOf(given);
  if (value === undefined) {
    const message = `${name} is neither text nor texts by their ids of two digits`;
    return { code: 'FIELD_MALFORMED', tag, message };
  }
  return charactersOf(value) > MAX_VALUE_CHARACTERS ? tooLong(tag, name) : { tag, value };
}

/** A template as text; undefined for what is none. */
function templateOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const inside: DataObject[] = [];
  for (const [tag, value] of inOrder(Object.entries(given))) {
    if (!/^[0-9]{2}$/.test(tag) || typeof value !== 'string') return undefined;
    // Whatever is longer than a length can say makes the whole longer, which the caller tells.
    inside.push({ tag, value });
  }
  return writeTlv(inside);
}

/** JavaScript puts keys such as '10' before '00', which no code does. */
function inOrder(entries: [string, unknown][]): [string, unknown][] {
  const early = entries.filter(([id]) => id.startsWith('0'));
  return [...early, ...entries.filter((entry) => !early.includes(entry))];
}

function tooLong(tag: string, name: string): Problem {
  const message = `${name} is longer than ${MAX_VALUE_CHARACTERS} characters`;
  return { code: 'VALUE_TOO_LONG', tag, message };
}
