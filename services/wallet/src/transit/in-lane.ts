import { LANES } from '@causeway/runtime';

/** The same UUID but for its lane, so that what it names is kept beside what that lane holds. */
export function inLane(uuid: string, lane: number): string {
  const last = (Number.parseInt(uuid.slice(34), 16) & ~(LANES - 1)) | lane;
  return uuid.slice(0, 34) + last.toString(16).padStart(2, '0');
}
