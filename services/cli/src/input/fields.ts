import { UsageError } from './usage.ts';

/** The fields of a code before anybody looked at them: a merchant's by name, a consumer's in order. */
export type RawFields = Record<string, unknown> | unknown[];

const EXAMPLE = `write JSON such as '{"mai_26":{"00":"hk.com.hkicl"},"country":"HK"}'`;

/**
 * Reads fields as `qr decode --json` gives them: the fields alone, or its whole answer. Throws a
 * UsageError for anything else; what is in them is for the codec to judge.
 */
export function parseFields(json: string): RawFields {
  const value = parsed(json);
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) throw new UsageError(`fields are an object or a list: ${EXAMPLE}`);
  if (!('fields' in value)) {
    if ('problems' in value) throw new UsageError('that code was refused: it has no fields');
    return value;
  }
  const { fields } = value;
  if (Array.isArray(fields) || isRecord(fields)) return fields;
  throw new UsageError(`fields are an object or a list: ${EXAMPLE}`);
}

/** One field set on top of others, `amount=20.15` or `mai_29.01=0066800000000`. */
export function withSetting(fields: RawFields, typed: string): RawFields {
  const [, name = '', id, value = ''] = /^([^.=]+)(?:\.([0-9]{2}))?=(.*)$/s.exec(typed) ?? [];
  if (name === '') {
    throw new UsageError(`--set takes a field and its value, as amount=20.15, not "${typed}"`);
  }
  if (Array.isArray(fields)) throw new UsageError("--set sets fields of a merchant's code only");
  if (id === undefined) return { ...fields, [name]: value };
  const template = fields[name];
  return { ...fields, [name]: { ...(isRecord(template) ? template : {}), [id]: value } };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`fields are not JSON: ${EXAMPLE}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
