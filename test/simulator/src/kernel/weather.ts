import type { Chance } from './chance.ts';
import type { Weather } from './faults.ts';

/** What is usual in a bad hour. */
const BAD: Weather = {
  ...{ lost: 0.01, unheard: 0.015, unreachable: 0.01, late: 0.02, twice: 0.01 },
  ...{ refused: 0.006, unanswered: 0.006, crash: 0.003 },
};

/** The worst weather there is. */
export const WORST = 4;

/**
 * The weather of a history: some are calm, some are worse than any hour should be.
 *
 * @param given how bad it is, where it shall not be drawn
 */
export function weatherOf(chance: Chance, given?: number): Weather {
  const strength = given ?? chance.pick('weather', [0, 0.3, 1, 1, 2, WORST]);
  const of = (kind: keyof Weather) => BAD[kind] * strength;
  return {
    ...{ lost: of('lost'), unheard: of('unheard'), unreachable: of('unreachable') },
    ...{ late: of('late'), twice: of('twice'), refused: of('refused') },
    ...{ unanswered: of('unanswered'), crash: of('crash') },
  };
}
