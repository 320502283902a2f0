import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { BenchOptions, Part } from './part.ts';

/** What the command line of the bench can say. */
export interface CommandLine extends Omit<BenchOptions, 'folder'> {
  only: readonly string[];
  /** The folder for everything the bench keeps. */
  state: string;
  /** Where the drawing goes. */
  svg: string;
}

const FULL = { seconds: 4, rounds: 3 };
const QUICK = { seconds: 2, rounds: 3 };
const TINY = { seconds: 0.2, rounds: 1 };
const SOAK_SECONDS = 600;

const MORE_HELP = `
Starts a stack of its own as npm start does, measures it against what this machine can do in the
same run, verifies every book afterwards, and shows a table. Nothing else should run meanwhile.
Figures below their goals do not fail the run; a wrong book, or a part that breaks, does.

In the state folder afterwards: report.txt, report.json, latency.svg, and logs/ after a failure.

Environment:
  CAUSEWAY_STATE   the bench keeps its state in <CAUSEWAY_STATE>/bench; default .causeway/bench
  DATABASE_URL     a Postgres to use instead of the embedded one; NATS_URL likewise

Examples:
  npm run bench                            everything, about fourteen minutes
  npm run bench -- --quick --json          about ten; the last line of stdout is one JSON object
  npm run bench -- --only limits,payments  some of it
  npm run bench -- --growth                the cost per payment up to 10^6 wallets
  npm run bench -- --only scale            two and four processes of each service; left out else
`;

/** Reads the command line; ends the process with code 2 where it makes no sense. */
export function readCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  parts: readonly Pick<Part, 'name' | 'onDemand'>[],
): CommandLine {
  const partNames = parts.map(({ name }) => name);
  const parsed = new Command('npm run bench --')
    .description('How fast Causeway is on this machine, and how fast the machine is.')
    .option(
      '--only <parts>',
      `of ${partNames.join(', ')}; separated by commas`,
      partList(partNames),
    )
    .option('--quick', `measurements of ${QUICK.seconds} s instead of ${FULL.seconds} s`)
    .option('--tiny', 'only show that it works: small tables, figures that mean nothing')
    .option('--seconds <s>', 'how long one measurement lasts', positive)
    .option('--rounds <n>', `how many rounds count; default ${FULL.rounds}`, positive)
    .option('--json', 'make the last line of stdout the figures, as one JSON object')
    .option('--growth', 'the long form of the growth part: up to 5,000,000 past payments')
    .option(
      '--soak [seconds]',
      `keep the system under load at the end; default ${SOAK_SECONDS} s`,
      positive,
    )
    .option('--state <folder>', 'where the bench keeps everything')
    .option('--svg <file>', 'where the drawing of latency against load goes')
    .addHelpText('after', MORE_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args], { from: 'user' })
    .opts<Partial<CommandLine> & { soak?: number | true }>();
  const usual = parsed.tiny ? TINY : parsed.quick ? QUICK : FULL;
  const state = resolve(parsed.state ?? resolve(env.CAUSEWAY_STATE || '.causeway', 'bench'));
  return {
    only: parsed.only ?? parts.filter(({ onDemand }) => !onDemand).map(({ name }) => name),
    quick: parsed.quick === true,
    tiny: parsed.tiny === true,
    seconds: parsed.seconds ?? usual.seconds,
    rounds: Math.ceil(parsed.rounds ?? usual.rounds),
    json: parsed.json === true,
    growth: parsed.growth === true,
    soakSeconds: parsed.soak === true ? SOAK_SECONDS : (parsed.soak ?? 0),
    state,
    svg: resolve(parsed.svg ?? resolve(state, 'latency.svg')),
  };
}

function partList(partNames: readonly string[]) {
  return (text: string): string[] => {
    const names = text.split(',').map((name) => name.trim());
    const unknown = names.filter((name) => !partNames.includes(name));
    if (unknown.length === 0) return names;
    throw new InvalidArgumentError(`There is no part ${unknown.join(', ')}.`);
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}
