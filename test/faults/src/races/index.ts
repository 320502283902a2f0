import type { Race } from '../fault.ts';

/** Every race, in the order in which they are run. */
export const RACES: readonly Race[] = [];
