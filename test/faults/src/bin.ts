import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetStack, type Stack, startStack, stopRequested } from '@causeway/deploy-local';
import { chanceFrom } from '@causeway/sandbox';
import type { Race } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { type Ground, prepareGround } from './injectors/ground.ts';
import { type CommandLine, readCommandLine } from './options.ts';
import { RACES } from './races/index.ts';
import { isGood, jsonLine, type Report, textOf } from './report.ts';
import { openRun, runAll } from './run.ts';

const startedMs = performance.now();

/** Progress goes to stderr, because the last line of stdout may be somebody's JSON. */
function say(text: string): void {
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  process.stderr.write(`faults ${time}  ${text}\n`);
}

/** Makes the faults happen on a fresh stack, shows what was found, and answers the exit code. */
async function main(options: CommandLine): Promise<number> {
  const stop = stopRequested();
  const stackFolder = join(options.state, 'stack');
  mkdirSync(options.state, { recursive: true });
  say(`seed ${options.seed}; starting a stack`);
  const ground = await prepareGround(stackFolder, chanceFrom(options.seed));
  try {
    const { reach } = ground.links;
    const stack = await startStack({
      ...{ state: stackFolder, quiet: true, signal: stop, reach },
      replicas: () => options.replicas,
    });
    return await runOn({ stack, ground, stackFolder, stop }, options);
  } finally {
    // Data that somebody may want to look at; after a good run there is nothing left to keep.
    await ground.clear({ keep: true });
  }
}

/** A stack that has just started, and what it stands on. */
interface Started {
  stack: Stack;
  ground: Ground;
  stackFolder: string;
  stop: AbortSignal;
}

async function runOn(
  { stack, ground, stackFolder, stop }: Started,
  options: CommandLine,
): Promise<number> {
  try {
    // What is under way fails as its processes end; nobody is to be told.
    const stopped = new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () => reject(stop.reason));
    });
    const report = await Promise.race([found(stack, ground, options), stopped]);
    writeFileSync(join(options.state, 'report.json'), `${JSON.stringify(report, plain, 2)}\n`);
    process.stdout.write(textOf(report));
    await stack.stop();
    const good = isGood(report);
    await ground.clear({ keep: !good });
    if (good) await forgetStack(stackFolder);
    else say(`the stack's data and logs are kept in ${stackFolder}`);
    // Last, also where somebody reads stdout and stderr as one.
    if (options.json) process.stdout.write(`${jsonLine(report)}\n`);
    return good ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

async function found(stack: Stack, ground: Ground, options: CommandLine): Promise<Report> {
  const run = await openRun(stack, ground, options, say);
  const faults = options.races ? [] : FAULTS.filter(({ id }) => options.only.includes(id));
  return runAll(run, faults, racesIn(options));
}

/** All of them where they are asked for, and a round of each where a part of everything is. */
function racesIn({ races, quick, only }: CommandLine): readonly Race[] {
  return races || (quick && only.length === FAULTS.length) ? RACES : [];
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

const ids = FAULTS.map(({ id }) => id);
try {
  process.exitCode = await main(readCommandLine(process.argv.slice(2), process.env, ids));
} catch (error) {
  process.stderr.write(`faults: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What a library still holds open must not keep this alive.
process.exit();
