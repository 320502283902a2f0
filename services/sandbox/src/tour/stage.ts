import type { Callers } from '@causeway/callers';
import type { Runtime } from '@causeway/runtime';
import type { Place } from '../places.ts';
import type { Payer } from './actors.ts';
import type { Check } from './checks.ts';
import type { Screen } from './screen.ts';

/** A payment that the tour made, by who can read it back. */
export interface Remembered {
  partnerId: string;
  paymentId: string;
  city: string;
}

/** What is there before the first scenario. */
export interface Backstage {
  runtime: Runtime;
  callers: Callers;
  screen: Screen;
  /** Makes request ids that no earlier tour has used. */
  run: string;
  /** Where the files of the closed windows go; nowhere where it is absent. */
  filesFolder?: string | undefined;
}

/** What every scenario is given. */
export interface Stage extends Backstage {
  /** Who pays in every scenario that needs nobody else. */
  payer: Payer;
  /** Counters by city. */
  places: ReadonlyMap<string, readonly Place[]>;
  /** The payments made so far, in order, each once. */
  payments: Map<string, Remembered>;
}

/** One thing that the tour shows. */
export interface Scenario {
  /** Short, for reports: `refunds`. */
  name: string;
  title: string;
  /** Plays it and answers what it compared. */
  play(stage: Stage): Promise<readonly Check[]>;
}

/** The nth counter in a city. Throws where the sandbox has not seeded one. */
export function placeIn(stage: Stage, city: string, nth = 0): Place {
  const place = stage.places.get(city)?.[nth];
  if (place === undefined) throw new Error(`no counter number ${nth + 1} in ${city} is seeded`);
  return place;
}

/** The counter of a merchant by its name. Throws where the sandbox has not seeded it. */
export function placeNamed(stage: Stage, displayName: string): Place {
  const places = [...stage.places.values()].flat();
  const place = places.find((candidate) => candidate.displayName === displayName);
  if (place === undefined) throw new Error(`no counter of ${displayName} is seeded`);
  return place;
}
