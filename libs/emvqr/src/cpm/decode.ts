import { type Decoded, judged, type Policy, type Problem, unread } from '../problem.ts';
import { BerError, type CpmFields, type CpmObject, readBer } from './ber.ts';

/** The whole of base64 (RFC 4648, section 4), padding included. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** No payload is longer: it is what the largest QR symbol holds in bytes. */
const MAX_PAYLOAD_LENGTH = 2953;

/** The text CPV01. */
const FORMAT = '4350563031';

/**
 * Reads a code that a consumer presents: base64 of BER-TLV, data object 85 first and at least one
 * application template. Never throws: whatever is wrong is among the problems.
 */
export function decodeCpm(payload: string, policy: Policy = 'field'): Decoded<'CPM', CpmFields> {
  const refused = (problem: Problem) => unread<'CPM', CpmFields>('CPM', problem);
  if (payload.length > MAX_PAYLOAD_LENGTH) {
    const message = `longer than ${MAX_PAYLOAD_LENGTH} characters`;
    return refused({ code: 'TOO_LONG', tag: '', message });
  }
  if (!BASE64.test(payload)) return refused({ code: 'NOT_BASE64', tag: '', message: 'not base64' });
  try {
    const fields = readBer(Buffer.from(payload, 'base64'));
    return judged('CPM', policy, problemsOf(fields), fields);
  } catch (error) {
    if (error instanceof BerError) return refused(error.problem);
    throw error;
  }
}

function problemsOf(fields: CpmFields): Problem[] {
  const applications = fields.flatMap((object) => ('61' in object ? [object['61']] : []));
  return [
    ...formatProblems(fields[0]),
    ...(applications.length > 0
      ? []
      : [{ code: 'NO_APPLICATION' as const, tag: '61', message: 'no application template' }]),
    ...applications.filter((inside) => !hasAid(inside)).map(() => missingAid()),
    ...['85', '62'].filter((tag) => isTwice(fields, tag)).map(duplicate),
  ];
}

function formatProblems(first: CpmObject | undefined): Problem[] {
  const format = first?.['85'];
  if (format === undefined) {
    return [
      { code: 'FORMAT_NOT_FIRST', tag: '85', message: 'payload format indicator is not first' },
    ];
  }
  if (format === FORMAT) return [];
  return [{ code: 'FORMAT_UNKNOWN', tag: '85', message: 'payload format indicator != CPV01' }];
}

function hasAid(inside: string | CpmFields | undefined): boolean {
  return Array.isArray(inside) && inside.some((object) => '4F' in object);
}

function missingAid(): Problem {
  return { code: 'MISSING_MANDATORY', tag: '61.4F', message: 'missing mandatory 61.4F' };
}

function isTwice(fields: CpmFields, tag: string): boolean {
  return fields.filter((object) => tag in object).length > 1;
}

function duplicate(tag: string): Problem {
  return { code: 'DUPLICATE_TAG', tag, message: `duplicate tag ${tag}` };
}
