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
