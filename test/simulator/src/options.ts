import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';

/** What the command line says. */
export interface Options {
  payments: number;
  seed: number;
  /** The one history to live; all where it is undefined. */
  history: number | undefined;
  /** How many payments a history has. */
  size: number;
  workers: number;
  shrinks: boolean;
  json: boolean;
  /** The known bugs to plant instead, one after the other; none where it is undefined. */
  mutants: readonly string[] | undefined;
}

const PAYMENTS = 100_000;
const SIZE = 60;

const HELP = `
Lives through histories of ${SIZE} payments each: the code of routing, the wallet operator, the ledger
and the coalescers as they are, on virtual time, over stores and a network in memory that lose, delay,
repeat and reorder, in processes that die. Each history is judged by what was committed, what clients
were told and what the books say. test/simulator/README.md has the rules and how to read a history.

What breaks a rule is shrunk to the shortest history that still does, and told line by line. The same
seed and history are the same to the last message, on any machine.

Examples:
  npm run simulate                                 ${PAYMENTS.toLocaleString('en')} payments from a seed of their own
  npm run simulate -- --payments 1000000 --seed 7  a million, the same ones each time
  npm run simulate -- --seed 7 --history 412       one history again, told line by line

Exit codes: 0 no rule was broken, 1 one was, 2 the command line makes no sense.
`;

/** Reads the command line; ends the process with code 2 where it makes no sense. */
export function readOptions(args: readonly string[], anySeed: () => number): Options {
  const parsed = new Command('npm run simulate --')
    .description('Simulates payments under every fault, much faster than they happen.')
    .option('--payments <n>', `how many, at least; default ${PAYMENTS}`, count)
    .option('--seed <n>', 'where all chance comes from; one of its own by default', whole)
    .option('--history <n>', 'only this one, told line by line', whole)
    .option('--size <n>', `payments of a history; default ${SIZE}`, count)
    .option('--workers <n>', 'histories at once; by default one for each processor', count)
    .option('--no-shrink', 'leave a history that breaks a rule as it is')
    .option('--mutants [names]', 'plant known bugs, all or these, and say what finding them takes')
    .option('--json', 'make the last line of stdout one JSON object')
    .addHelpText('after', HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args], { from: 'user' })
    .opts<Partial<Omit<Options, 'mutants'>> & { shrink: boolean; mutants?: string | true }>();
  return {
    payments: parsed.payments ?? PAYMENTS,
    seed: parsed.seed ?? anySeed(),
    history: parsed.history,
    size: parsed.size ?? SIZE,
    workers: parsed.workers ?? availableParallelism(),
    shrinks: parsed.shrink,
    json: parsed.json === true,
    mutants: namesIn(parsed.mutants),
  };
}

/** Every one is in an empty list. */
function namesIn(mutants: string | true | undefined): string[] | undefined {
  if (mutants === undefined) return undefined;
  return mutants === true ? [] : mutants.split(',');
}

function whole(text: string): number {
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number < 2 ** 32) return number;
  throw new InvalidArgumentError('It must be a whole number below 2^32.');
}

function count(text: string): number {
  const number = whole(text);
  if (number >= 1) return number;
  throw new InvalidArgumentError('It must be at least 1.');
}
