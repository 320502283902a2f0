import type { Part } from './part.ts';

/** Every part, in the order in which they take turns within a round. */
export function allParts(): Part[] {
  return [];
}
