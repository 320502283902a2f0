import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Stack, startStack } from './stack.ts';
import { stopRequested } from './stop-requested.ts';
import { type Report, runTour } from './tour.ts';

interface Options {
  once?: boolean;
  json?: boolean;
  out?: string;
  reset?: boolean;
  archive?: boolean;
  plant?: string;
  replicas: number;
  verbose?: boolean;
}

const MORE_HELP = `
Brings its own Postgres and NATS, makes certificates, starts every service as a process of its
own on 127.0.0.1, and takes a tour: payments in each city of the sandbox, declines, cancels and
refunds, then both sides' books. After the tour the stack stays up until Ctrl-C.

Environment:
  CAUSEWAY_STATE   the folder for all state; default .causeway. Two stacks need two folders.
  DATABASE_URL     a Postgres (15 or later) to use instead, with a role that may create databases
  NATS_URL         a NATS server with JetStream to use instead

In the state folder: endpoints.json (where each service listens), logs/, certs/<caller>/.

Examples:
  npm start                                    the tour, then a stack to play with
  npm run causeway -- --help                   what to do with it, from a second terminal
  npm start -- --once --json                   for scripts: exits, non-zero if anything is off
  npm start -- --reset                         forgets all wallets, payments and books first
  CAUSEWAY_STATE=.causeway-2 npm start         a second stack beside the first
`;

function readOptions(): Options {
  return new Command('npm start --')
    .description('Causeway on this machine: the whole stack, and a tour of it.')
    .option('--once', 'exit after the tour; the exit code says whether all was well')
    .option('--json', 'make the last line of stdout the report, as one JSON object')
    .option(
      '--out <dir>',
      'write the report to <dir>/report.json, and the clearing files of the closed day there',
    )
    .option('--reset', 'forget everything of earlier starts first')
    .option('--archive', 'archive what Postgres writes, for npm run backup')
    .option('--plant <name>', 'make the services do a known wrong, to see the checks fail')
    .option('--replicas <n>', 'run each service as so many processes', readReplicas, 1)
    .option('-v, --verbose', "show the services' logs")
    .addHelpText('after', MORE_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>();
}

/** More than a few of each are more than one machine has cores for. */
const MOST_REPLICAS = 8;

function readReplicas(text: string): number {
  const count = Number.parseInt(text, 10);
  if (String(count) === text && count >= 1 && count <= MOST_REPLICAS) return count;
  throw new InvalidArgumentError(`takes 1 to ${MOST_REPLICAS}`);
}

function until(signal: AbortSignal): Promise<void> {
  // A pending promise keeps no process alive, and an idle stack may have nothing else that does.
  const alive = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    const done = () => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}

function welcome(stack: Stack): string {
  const width = Math.max(...Object.keys(stack.endpoints).map((name) => name.length));
  const lines = Object.entries(stack.endpoints).map(
    ([name, address]) => `  ${name.padEnd(width)}  ${address}`,
  );
  return `
Causeway is up; Ctrl-C stops it. Its state is in ${stack.state}
${lines.join('\n')}

From a second terminal:
  npm run causeway -- board            what each currency costs the payer now
  npm run causeway -- code --help      show a payment code, then charge it with pay
  npm run causeway -- books verify     recompute all books from their entries
  npm run dashboards                   how it does: dashboards, in a browser
  npm run causeway -- --help           everything else
`;
}

async function main(options: Options): Promise<number> {
  const startedMs = performance.now();
  const stop = stopRequested();
  const stack = await startStack({
    state: process.env.CAUSEWAY_STATE || '.causeway',
    reset: options.reset === true,
    archive: options.archive === true,
    verbose: options.verbose === true,
    restart: options.once !== true,
    metrics: options.once !== true,
    replicas: () => options.replicas,
    // Services that look at their own books would find it, and stop the tour before its checks.
    env: options.plant ? { CAUSEWAY_PLANT: options.plant, PROBE_SECONDS: '0' } : {},
    signal: stop,
  });
  const bootSeconds = Math.round(performance.now() - startedMs) / 1000;
  process.stderr.write(`causeway: everything is ready after ${bootSeconds} s\n`);
  try {
    const folder = resolve(options.out ?? stack.state);
    const report = await tourReport(stack, folder, bootSeconds, stop, options.out !== undefined);
    // Without --json the tour has just shown them.
    const hidden = options.json ? report.failures : [];
    for (const failure of hidden) process.stderr.write(`causeway: FAILED ${failure}\n`);
    if (!options.once) {
      if (!stop.aborted) process.stdout.write(welcome(stack));
      if (options.json) printReport(report);
      await until(stop);
    }
    await stopStack(stack);
    // Last, also where somebody reads stdout and stderr as one.
    if (options.once && options.json) printReport(report);
    return report.ok || !options.once ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

async function stopStack(stack: Stack): Promise<void> {
  process.stderr.write('causeway: stopping…\n');
  await stack.stop();
}

function printReport(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** The tour's report, with what only this process knows, kept in `<folder>/report.json`. */
async function tourReport(
  stack: Stack,
  folder: string,
  bootSeconds: number,
  stop: AbortSignal,
  withFiles: boolean,
): Promise<Report> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'report.json');
  const found = await runTour(stack.state, file, stop, withFiles ? folder : '');
  const failures = [...found.failures, ...stack.deaths];
  const ok = found.ok && failures.length === 0;
  const report: Report = { ...found, ok, boot_seconds: bootSeconds, failures };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

try {
  process.exitCode = await main(readOptions());
} catch (error) {
  process.stderr.write(`causeway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What the terminal or a library still holds open must not keep this alive.
process.exit();
