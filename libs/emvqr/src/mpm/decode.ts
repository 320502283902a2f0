import { type Decoded, judged, type Policy, type Problem, unread } from '../problem.ts';
import { brokenCrcProblems, problemsOf, type RootObject } from './check.ts';
import { isTemplate, isUnreserved, type MpmFields, nameOf } from './fields.ts';
import { type DataObject, readTlv } from './tlv.ts';

/**
 * No payload is longer, in UTF-16 units: it is what the largest QR symbol holds in letters and
 * digits. The standard recommends 512 characters at most, which longer codes do not keep to.
 */
export const MAX_PAYLOAD_LENGTH = 4296;

/**
 * Reads a code that a merchant presents. Never throws: whatever is wrong is among the problems.
 * Where a tag stands twice, its last value counts.
 */
export function decodeMpm(payload: string, policy: Policy = 'field'): Decoded<'MPM', MpmFields> {
  const unreadable = unreadableAtAll(payload);
  if (unreadable !== undefined) return unread('MPM', unreadable);
  const { objects, problem } = readTlv(payload);
  if (problem !== undefined) {
    return unread('MPM', problem, ...brokenCrcProblems(payload));
  }
  const root = objects.map(withInside);
  return judged('MPM', policy, problemsOf(payload, root), fieldsOf(root));
}

function unreadableAtAll(payload: string): Problem | undefined {
  if (payload.length > MAX_PAYLOAD_LENGTH) {
    const message = `longer than ${MAX_PAYLOAD_LENGTH} characters`;
    return { code: 'TOO_LONG', tag: '', message };
  }
  if (!payload.isWellFormed()) {
    return { code: 'NOT_UNICODE', tag: '', message: 'not Unicode text: half a surrogate pair' };
  }
  return undefined;
}

function withInside(object: DataObject): RootObject {
  const { tag, value } = object;
  if (!isTemplate(tag) && !isUnreserved(tag)) return object;
  const { objects, problem } = readTlv(value);
  return problem === undefined ? { ...object, inside: objects } : object;
}

function fieldsOf(root: readonly RootObject[]): MpmFields {
  return Object.fromEntries(
    root.map(({ tag, value, inside }) => [
      nameOf(tag),
      inside === undefined ? value : Object.fromEntries(inside.map((o) => [o.tag, o.value])),
    ]),
  ) as MpmFields;
}
