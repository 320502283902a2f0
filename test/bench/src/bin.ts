import { join } from 'node:path';
import { forgetStack, type Stack, startStack, stopRequested } from '@causeway/deploy-local';
import { systemRuntime } from '@causeway/runtime';
import { cpuWatch } from './measure/cpu-watch.ts';
import { type CommandLine, readCommandLine } from './options.ts';
import type { Bench } from './part.ts';
import { allParts } from './parts.ts';
import { Progress } from './progress.ts';
import { figuresOf } from './report/figures.ts';
import { writeReport } from './report/write.ts';
import { type Findings, runParts } from './run.ts';

const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const progress = new Progress(runtime.clock);

/** Measures on a fresh stack, shows what was found, and answers the exit code. */
async function main(options: CommandLine): Promise<number> {
  const stop = stopRequested();
  const stackFolder = join(options.state, 'stack');
  const stack = await startStack({ state: stackFolder, reset: true, signal: stop });
  try {
    // What is under way fails as its processes end; nobody is to be told.
    const stopped = new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () => reject(stop.reason));
    });
    const bench = benchOf(stack, options);
    const findings = await Promise.race([measure(bench, options), stopped]);
    const json = show(findings, bench, options);
    progress.say('stopping the stack');
    await stack.stop();
    const good = findings.problems.length === 0;
    if (good) await forgetStack(stackFolder);
    else progress.say(`the stack's data and logs are kept in ${stackFolder}`);
    // Last, also where somebody reads stdout and stderr as one.
    if (options.json) process.stdout.write(`${json}\n`);
    return good ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

function benchOf(stack: Stack, options: CommandLine): Bench {
  const { quick, tiny, seconds, rounds, json, growth, soakSeconds } = options;
  return {
    runtime,
    stack,
    options: {
      quick,
      tiny,
      seconds,
      rounds,
      json,
      growth,
      soakSeconds,
      folder: join(stack.state, 'bench'),
    },
    progress: (text) => progress.say(text),
    watch: cpuWatch(runtime.clock, stack.processes),
  };
}

async function measure(bench: Bench, { only }: CommandLine): Promise<Findings> {
  const parts = allParts().filter(({ name }) => only.includes(name));
  const findings = await runParts(parts, bench, progress);
  const deaths = bench.stack.deaths.map((what) => ({ what }));
  return { ...findings, problems: [...findings.problems, ...deaths] };
}

/** Writes the report to stdout and to files; answers the figures as one line of JSON. */
function show(findings: Findings, bench: Bench, options: CommandLine): string {
  const { lines, problems } = findings;
  const figures = figuresOf(lines, problems.length === 0);
  const report = {
    figures,
    problems,
    cpuKnown: bench.watch.available,
    rounds: options.rounds,
    seconds: options.seconds,
    tookSeconds: progress.seconds,
    lines,
  };
  process.stdout.write(writeReport(report, options.state, options.svg));
  return JSON.stringify(figures);
}

try {
  process.exitCode = await main(readCommandLine(process.argv.slice(2), process.env, allParts()));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What a library still holds open must not keep this alive.
process.exit();
