import type { Race, Stage } from './fault.ts';
import { broken, type Finding } from './finding.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

const CALLERS = 100;

/** Runs a race for so many rounds, or until one did not hold. */
export async function runRace(race: Race, stage: Stage, rounds: number): Promise<Outcome> {
  const startedMs = performance.now();
  const found: Finding[] = [];
  let run = 0;
  while (run < rounds && found.length === 0) {
    run += 1;
    await race.round(stage, CALLERS).catch((error) => found.push(broken(`round ${run}`, error)));
  }
  return outcomeOf(race.name, race.invariant, startedMs, found, { rounds: run, callers: CALLERS });
}
