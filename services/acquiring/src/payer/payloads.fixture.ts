import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeMpm, encodeMpm, type MpmFields } from '@causeway/emvqr';

/** The payload of these fields, as some scheme would write it. */
export function mpmOf(fields: MpmFields): string {
  const made = encodeMpm(fields);
  if (made.ok) return made.payload;
  throw new Error(JSON.stringify(made.problems));
}

/** A payload with other values in some fields. */
export function mpmWith(payload: string, change: MpmFields): string {
  const read = decodeMpm(payload);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return mpmOf({ ...read.fields, ...change });
}

/** A payload with the checksum that belongs to it, in place of the one it ends with. */
export function withChecksum(payload: string): string {
  const body = payload.slice(0, -4);
  const read = decodeMpm(`${body}0000`);
  const [, computed = '0000'] =
    read.problems.map(({ message }) => /computed ([0-9A-F]{4})/.exec(message)).find(Boolean) ?? [];
  return body + computed;
}

/** A payload of a collection from public test suites. */
interface PublicPayload {
  line: number;
  payload: string;
}

const path = resolve('../shared/data/emvqr_vectors.jsonl');

/** The collection, where it lies beside the project. */
export const publicPayloads: PublicPayload[] = existsSync(path)
  ? readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((text, at) => ({ ...(JSON.parse(text) as { payload: string }), line: at + 1 }))
  : [];
