import type { Race, Stage } from './fault.ts';
import { broken, type Finding } from './finding.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

const CALLERS = 100;
/** A few in the quick form: a round takes as long as a hundred calls do. */
const ROUNDS = { full: 1_000, quick: 2 };

/** Runs a race for all its rounds, or until a round did not hold. */
export async function runRace(race: Race, stage: Stage): Promise<Outcome> {
  const startedMs = performance.now();
  const found: Finding[] = [];
  const rounds = stage.quick ? ROUNDS.quick : ROUNDS.full;
  let run = 0;
  while (run < rounds && found.length === 0) {
    run += 1;
    await race.round(stage, CALLERS).catch((error) => found.push(broken(`round ${run}`, error)));
  }
  return outcomeOf(race.name, race.invariant, startedMs, found, { rounds: run, callers: CALLERS });
}
