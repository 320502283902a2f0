import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

const parsers = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [INT8_ARRAY, (text) => int8Array(text)],
  // A calendar day has no time of day and no zone, so it must not become a Date.
  [DATE, (text) => text],
]);

/** Arrays of amounts hold no quotes and no nesting, so splitting is the whole grammar. */
function int8Array(text: string): (bigint | null)[] {
  const inner = text.slice(1, -1);
  if (inner === '') return [];
  return inner.split(',').map((item) => (item === 'NULL' ? null : BigInt(item)));
}

/**
 * How column types become values: int8 → bigint, numeric → string, timestamptz → Date,
 * date → 'YYYY-MM-DD', uuid → string, bytea → Buffer. They belong to one pool; the driver's
 * global parsers stay as they are, so that another user of `pg` in the process sees no change.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const parser = format === 'binary' ? undefined : parsers.get(oid);
    return parser ?? pg.types.getTypeParser(oid, format);
  },
};
