/**
 * How much of what the field does is accepted. `strict` takes only what follows the standard in
 * every point that is checked here; `field` also takes codes that cannot be misunderstood: without
 * some mandatory fields, with DuitNow's version, with a checksum in lower case.
 */
export type Policy = 'strict' | 'field';

/** What makes a code unreadable or untrustworthy under any policy. */
const FATAL = [
  'TOO_LONG',
  'NOT_UNICODE',
  'TLV_BAD_TAG',
  'TLV_BAD_LENGTH',
  'TLV_OVERRUN',
  'FORMAT_NOT_FIRST',
  'FORMAT_UNKNOWN',
  'NO_MERCHANT_ACCOUNT',
  'CRC_MISSING',
  'CRC_NOT_LAST',
  'CRC_MISMATCH',
  'NOT_BASE64',
  'TOO_DEEP',
  'NO_APPLICATION',
  'FIELD_UNKNOWN',
  'FIELD_MALFORMED',
  'VALUE_TOO_LONG',
] as const;

/** What departs from the standard, and is found in the field. */
type Departure =
  | 'FORMAT_DUITNOW'
  | 'MISSING_MANDATORY'
  | 'MALFORMED_VALUE'
  | 'EMPTY_VALUE'
  | 'NOT_A_TEMPLATE'
  | 'DUPLICATE_TAG'
  | 'CONTROL_CHARACTER'
  | 'CRC_LOWER_CASE';

/** Why a code is refused or departs from the standard, for programs. */
export type ProblemCode = (typeof FATAL)[number] | Departure;

/** One thing that is wrong with a code. */
export interface Problem {
  code: ProblemCode;
  /** The data object concerned: '54', or '62.05' within a template; empty for the code as a whole. */
  tag: string;
  /** For people; names tags, never values other than the checksum. */
  message: string;
}

/** A code as it was read. */
export type Decoded<Mode extends string, Fields> =
  | { ok: true; mode: Mode; strict: boolean; problems: Problem[]; fields: Fields }
  | {
      ok: false;
      mode: Mode;
      problems: Problem[];
      /** What could be read nevertheless, to show to people; never to be paid by. */
      fields: Fields | undefined;
    };

/** A code as it was written, or why it was not. */
export type Encoded =
  | { ok: true; payload: string; strict: boolean; problems: Problem[] }
  | { ok: false; problems: Problem[] };

const fatal: ReadonlySet<string> = new Set(FATAL);

/** The outcome of reading `fields` with these problems under a policy. */
export function judged<Mode extends string, Fields>(
  mode: Mode,
  policy: Policy,
  problems: Problem[],
  fields: Fields,
): Decoded<Mode, Fields> {
  const strict = problems.length === 0;
  const isRefused = policy === 'strict' ? !strict : problems.some(({ code }) => fatal.has(code));
  return isRefused
    ? { ok: false, mode, problems, fields }
    : { ok: true, mode, strict, problems, fields };
}

/** The outcome where nothing could be read. */
export function unread<Mode extends string, Fields>(
  mode: Mode,
  ...problems: Problem[]
): Decoded<Mode, Fields> {
  return { ok: false, mode, problems, fields: undefined };
}

/** What was written, by how it reads: a code is only given out when it reads well. */
export function written(payload: string, read: Decoded<string, unknown>): Encoded {
  if (!read.ok) return { ok: false, problems: read.problems };
  return { ok: true, payload, strict: read.strict, problems: read.problems };
}
