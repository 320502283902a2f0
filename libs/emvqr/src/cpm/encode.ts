import { type Encoded, type Policy, type Problem, written } from '../problem.ts';
import { type CpmFields, isConstructed, isTag, writeBer } from './ber.ts';
import { decodeCpm } from './decode.ts';

/** Templates within templates that are looked at; reading allows fewer. */
const MAX_DEPTH = 16;

/**
 * Writes a consumer's code: the inverse of `decodeCpm`, with lengths in their shortest form.
 * Never throws, not even for fields that came from outside; what reads badly is not given out.
 */
export function encodeCpm(fields: CpmFields, policy: Policy = 'field'): Encoded {
  const problem = problemIn(fields, '', 0);
  if (problem !== undefined) return { ok: false, problems: [problem] };
  const payload = Buffer.from(writeBer(fields)).toString('base64');
  return written(payload, decodeCpm(payload, policy));
}

function problemIn(fields: unknown, parent: string, depth: number): Problem | undefined {
  if (!Array.isArray(fields)) return malformed(parent, 'a list of data objects');
  if (depth > MAX_DEPTH) {
    return { code: 'TOO_DEEP', tag: parent, message: 'templates are nested too deeply' };
  }
  for (const object of fields) {
    const problem = problemOf(object, parent, depth);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(object: unknown, parent: string, depth: number): Problem | undefined {
  const entries: [string, unknown][] =
    typeof object === 'object' && object !== null ? Object.entries(object) : [];
  const [only] = entries;
  if (only === undefined || entries.length > 1) {
    return malformed(parent, 'data objects of one tag each');
  }
  const [tag, value] = only;
  if (!isTag(tag)) {
    const message = `${JSON.stringify(tag)} is no tag in hexadecimal, in upper case`;
    return { code: 'FIELD_UNKNOWN', tag: parent, message };
  }
  if (isConstructed(tag)) return problemIn(value, tag, depth + 1);
  const isBytes = typeof value === 'string' && /^([0-9A-F]{2})*$/.test(value);
  return isBytes ? undefined : malformed(tag, 'bytes in hexadecimal, in upper case');
}

function malformed(tag: string, wanted: string): Problem {
  const whose = tag === '' ? 'a code' : tag;
  return { code: 'FIELD_MALFORMED', tag, message: `${whose} takes ${wanted}` };
}
