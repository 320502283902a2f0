import { ByteWriter } from '../bytes.ts';
import { crc32 } from './crc32.ts';

/** What every frame begins with, so that the next good one is found behind damage. */
const MARK = 0xc7_54_41_50;
const HEAD_BYTES = 12;

/** The longest record. */
export const MOST_RECORD_BYTES = 4096;

/**
 * A record as it stands in a journal: mark, length and CRC-32 of length and record, four bytes each,
 * then the record. Throws a RangeError for a record that is too long.
 */
export function frame(record: Uint8Array): Uint8Array {
  if (record.length > MOST_RECORD_BYTES) throw new RangeError('a record is too long');
  return new ByteWriter()
    .uint(MARK, 4)
    .uint(record.length, 4)
    .uint(checksum(record), 4)
    .bytes(record)
    .finish();
}

/** What stands in a journal. */
export interface Scanned {
  readonly records: readonly Uint8Array[];
  /** Where the last good frame ends: behind it stands what a power cut left of the next. */
  readonly goodBytes: number;
  /** Bytes between good frames that are none: the disk has lost something. */
  readonly damagedBytes: number;
}

/** Finds every good frame, behind damage too. */
export function scan(bytes: Uint8Array): Scanned {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  let [at, goodBytes, damagedBytes] = [0, 0, 0];
  while (at + HEAD_BYTES <= bytes.length) {
    const record = recordAt(view, bytes, at);
    if (record === undefined) {
      at++;
      continue;
    }
    damagedBytes += at - goodBytes;
    records.push(record);
    at += HEAD_BYTES + record.length;
    goodBytes = at;
  }
  return { records, goodBytes, damagedBytes };
}

function recordAt(view: DataView, bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (view.getUint32(at) !== MARK) return undefined;
  const length = view.getUint32(at + 4);
  const start = at + HEAD_BYTES;
  if (length > MOST_RECORD_BYTES || start + length > bytes.length) return undefined;
  const record = bytes.slice(start, start + length);
  return view.getUint32(at + 8) === checksum(record) ? record : undefined;
}

function checksum(record: Uint8Array): number {
  return crc32(new ByteWriter().uint(record.length, 4).bytes(record).finish());
}
