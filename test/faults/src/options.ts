import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Extent } from './fault.ts';

/** What the command line of the faults can say. */
export interface CommandLine extends Extent {
  /** Everything that is drawn follows from it. */
  seed: number;
  /** The numbers of the faults to make happen. */
  only: readonly number[];
  /** When no other fault is begun. */
  minutes: number;
  /** Races instead of faults. */
  races: boolean;
  /** How many processes each service has; a fault befalls the first of them. */
  replicas: number;
  json: boolean;
  /** The folder for everything that is kept. */
  state: string;
}

const MINUTES = 30;
const SEEDS = 1_000_000;
const REPLICAS_MOST = 4;

const MORE_HELP = `
Starts a stack of its own as npm start does, has people pay in every way there is, and makes one fault
after the other happen: kills, freezes, partitions, clocks, partners that lie. What clients were
answered is then held to the databases, the books are recomputed, and partners are asked what they
have on record. Exits non-zero if a cent or a payment is missing, doubled or stuck, or if a fault
could not be made to happen. The list stands in test/faults/README.md.

In the state folder afterwards: report.json, answers.jsonl with every answer that a client was given,
and stack/logs after a failure.

Environment:
  CAUSEWAY_STATE   all is kept in <CAUSEWAY_STATE>/faults; default .causeway/faults

Examples:
  npm run faults                           every fault, at most half an hour
  npm run faults -- --quick --json         a part of each, three to four minutes; the last line is JSON
  npm run faults -- --only 5,14 --seed 7   two of them, as they were drawn before
  npm run faults -- --replicas 2           with two processes of each service
  npm run faults -- --races                100 callers at once, 1,000 rounds of each race
`;

/** Reads the command line; ends the process with code 2 where it makes no sense. */
export function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ids: readonly number[],
): CommandLine {
  const parsed = new Command('npm run faults --')
    .description('Makes every fault of the list happen, and shows that nothing is lost.')
    .option('--seed <n>', 'repeats what was drawn; one of its own unless given', whole)
    .option('--only <ids>', `of ${ids.join(', ')}; separated by commas`, idList(ids))
    .option('--minutes <n>', `after so many no other fault is begun; default ${MINUTES}`, positive)
    .option('--quick', 'a part of every fault, in three to four minutes')
    .option('--long', 'with the outages that last five minutes')
    .option('--races', 'races instead of faults')
    .option('--replicas <n>', 'so many processes of each service, 4 at most; default 1', replicas)
    .option('--json', 'make the last line of stdout the report, as one JSON object')
    .option('--state <folder>', 'where everything is kept')
    .addHelpText('after', MORE_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args], { from: 'user' })
    .opts<Partial<CommandLine>>();
  return {
    seed: parsed.seed ?? Math.floor(Math.random() * SEEDS),
    only: parsed.only ?? ids,
    minutes: parsed.minutes ?? MINUTES,
    quick: parsed.quick === true,
    long: parsed.long === true,
    races: parsed.races === true,
    replicas: parsed.replicas ?? 1,
    json: parsed.json === true,
    state: resolve(parsed.state ?? resolve(env.CAUSEWAY_STATE || '.causeway', 'faults')),
  };
}

function idList(ids: readonly number[]) {
  return (text: string): number[] => {
    const chosen = text.split(',').map(Number);
    const unknown = chosen.filter((id) => !ids.includes(id));
    if (unknown.length === 0) return chosen;
    throw new InvalidArgumentError(`There is no fault ${unknown.join(', ')}.`);
  };
}

function whole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}

function replicas(text: string): number {
  const number = whole(text);
  if (number >= 1 && number <= REPLICAS_MOST) return number;
  throw new InvalidArgumentError(`It must be from 1 to ${REPLICAS_MOST}.`);
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}
