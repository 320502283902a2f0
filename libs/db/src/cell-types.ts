import type { Scratch } from './scratch.ts';

/** What may stand in a batch. */
export type Cell = string | number | bigint | boolean | Date | Uint8Array | null | undefined;

/** The types of columns that batches are made of. */
export type SqlType =
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'text'
  | 'uuid'
  | 'bytea'
  | 'timestamptz'
  | 'date';

interface CellType<Value> {
  /** The type's number in `pg_type`, the same in every Postgres. */
  oid: number;
  /** Writes the cell's length and the cell, as the type's receive function wants it. */
  write: (to: Scratch, value: Value) => void;
}

/** A value that its column's type cannot hold. SQLSTATE 22000: the fault of single rows. */
export class NotEncodable extends Error {
  override readonly name = 'NotEncodable';
  readonly code = '22000';

  constructor(type: SqlType, value: unknown) {
    super(`${String(value)} is no ${type}`);
  }
}

/** Postgres counts from 2000-01-01, in microseconds or in days. */
const EPOCH_MS = 946_684_800_000;
const DAY_MS = 86_400_000;
const UUID_BYTES = 16;
const HYPHENS_BEHIND_BYTE = new Set([3, 5, 7, 9]);

const NO_DIGIT = -1;
const hexDigits = new Int8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexDigits[digit.charCodeAt(0)] = value;
  hexDigits[digit.toUpperCase().charCodeAt(0)] = value;
}

export const cellTypes: Record<SqlType, CellType<never>> = {
  smallint: whole('smallint', 21, 2, 2 ** 15, (to, value) => to.int16(value)),
  integer: whole('integer', 23, 4, 2 ** 31, (to, value) => to.int32(value)),
  bigint: fixed(20, 8, (to, value: bigint | number) => {
    const exact = BigInt(value);
    if (BigInt.asIntN(64, exact) !== exact) throw new NotEncodable('bigint', value);
    to.int64(exact);
  }),
  boolean: fixed(16, 1, (to, value: boolean) => to.int8(value ? 1 : 0)),
  text: {
    oid: 25,
    write(to, value: string) {
      to.reserve(4 + value.length * 3);
      to.sizedText(value);
    },
  },
  uuid: fixed(2950, UUID_BYTES, writeUuid),
  bytea: {
    oid: 17,
    write(to, value: Uint8Array) {
      to.reserve(4 + value.length);
      to.int32(value.length);
      to.bytes(value);
    },
  },
  timestamptz: fixed(1184, 8, (to, value: Date) => {
    const micros = (value.getTime() - EPOCH_MS) * 1000;
    if (!Number.isSafeInteger(micros)) throw new NotEncodable('timestamptz', value);
    to.int64OfNumber(micros);
  }),
  date: fixed(1082, 4, (to, value: string) => {
    const days = (Date.parse(value) - EPOCH_MS) / DAY_MS;
    if (!Number.isInteger(days)) throw new NotEncodable('date', value);
    to.int32(days);
  }),
};

function fixed<Value>(
  oid: number,
  size: number,
  write: (to: Scratch, value: Value) => void,
): CellType<Value> {
  return {
    oid,
    write(to, value) {
      to.reserve(4 + size);
      to.int32(size);
      write(to, value);
    },
  };
}

function whole(
  type: SqlType,
  oid: number,
  size: number,
  limit: number,
  write: (to: Scratch, value: number) => void,
): CellType<number> {
  return fixed(oid, size, (to, value) => {
    if (!Number.isInteger(value) || value < -limit || value >= limit) {
      throw new NotEncodable(type, value);
    }
    write(to, value);
  });
}

/** Reads the 8-4-4-4-12 form, and only that. */
function writeUuid(to: Scratch, value: string): void {
  if (value.length !== 36) throw new NotEncodable('uuid', value);
  let at = 0;
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
    const high = hexDigits[value.charCodeAt(at)] ?? NO_DIGIT;
    const low = hexDigits[value.charCodeAt(at + 1)] ?? NO_DIGIT;
    if (high < 0 || low < 0) throw new NotEncodable('uuid', value);
    to.int8((high << 4) | low);
    at += HYPHENS_BEHIND_BYTE.has(byte) ? 3 : 2;
  }
}
