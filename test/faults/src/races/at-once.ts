import { insist, reasonOf, type World } from '../../../support/index.ts';

/** Lets so many act at once. */
export function atOnce<T>(callers: number, act: (nth: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: callers }, (_, nth) => act(nth)));
}

/** What a call came to at last: as a client would, it is repeated while nothing can be said. */
export function saidOf(call: () => Promise<unknown>): Promise<string> {
  return reasonOf(insist(call));
}

/** How often each thing was said. */
export function tally(said: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of said) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

/** Makes something once for each world, when it is first asked for. */
export function onceFor<T>(make: (world: World) => Promise<T>): (world: World) => Promise<T> {
  const made = new WeakMap<World, Promise<T>>();
  return (world) => {
    const known = made.get(world) ?? make(world);
    made.set(world, known);
    return known;
  };
}
