import { chanceFrom } from '@causeway/sandbox';
import type { Stage } from './fault.ts';
import type { Finding } from './finding.ts';
import type { Outcome } from './outcome.ts';
import type { Run } from './run.ts';

/** Seeds of faults, of traffic and of races are apart. */
export const SEEDS_APART = 1_000;

/** What a fault or a race is given. */
export function stageOf(run: Run, id: number, found: Finding[]): Stage {
  const { world, stack, traffic, tally, options, endMs, restore } = run;
  const { links, disks } = run.ground;
  const { quick, long, seed } = options;
  return {
    ...{ quick, long, world, stack, links, disks, traffic, tally, endMs, restore },
    chance: chanceFrom(seed * SEEDS_APART + id),
    say: (text) => run.say(`  ${text}`),
    note: () => {},
    afterwards: () => {},
    found: (finding) => {
      run.say(`  ${finding.kind}: ${finding.what}`);
      found.push(finding);
    },
  };
}

/** Tells at once what came of something. */
export function say(run: Run, { id, passed, seconds, findings }: Outcome): void {
  run.say(`${passed ? 'ok' : 'FAILED'} ${id} in ${seconds} s`);
  for (const { kind, what } of findings) run.say(`  ${kind}: ${what}`);
}
