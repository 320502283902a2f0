import { systemClock } from './clock.ts';
import { commandOf } from './command.ts';
import type { Env } from './config.ts';
import { armFailpoints } from './failpoints.ts';
import { plant } from './plants.ts';
import { type Runtime, systemRuntime } from './runtime.ts';
import { DRAIN_TIMEOUT_MS } from './service-settings.ts';
import { type StopTelemetry, startTelemetry } from './telemetry/start.ts';

/** A started service. */
export interface Running {
  /** The port that it listens on, where it has one. */
  port?: number;
  /** The port for wallet apps, where there is one. */
  appPort?: number | undefined;
  /** Takes nothing new, finishes what is under way, closes. */
  drain(): Promise<void>;
}

/** What `start` of a service gets. */
export interface MainInput {
  env: Env;
  runtime: Runtime;
}

/** What a service can do besides serving, by the argument that asks for it; then it exits 0. */
export type Tasks = Readonly<Record<string, (main: MainInput) => Promise<void>>>;

/**
 * Runs a service as this process: starts it, prints one JSON line
 * `{"ready":true,"service":…,"port":…}` on stdout, and drains it on SIGTERM or SIGINT.
 *
 * Exit codes: 0 after a drain; 1 when the start failed (the reason is on stderr), when the drain
 * took longer than CAUSEWAY_DRAIN_TIMEOUT_MS, or when an error reached nobody.
 * With CAUSEWAY_EXIT_WITH_PARENT set, the end of stdin counts as SIGTERM, so that a launcher that
 * is killed leaves no services behind. With the name of a task as its argument the process does
 * that instead; `--version` says what it was made from.
 */
export function runMain(
  service: string,
  start: (main: MainInput) => Promise<Running>,
  tasks: Tasks = {},
): void {
  const command = commandOf(service, process.argv.slice(2), Object.keys(tasks));
  if (command.kind === 'say') {
    (command.exitCode === 0 ? process.stdout : process.stderr).write(command.text);
    process.exitCode = command.exitCode;
    return;
  }
  const env: Env = process.env;
  const runtime = systemRuntime({
    service,
    instance: env.CAUSEWAY_INSTANCE,
    clock: systemClock(Number(env.CAUSEWAY_CLOCK_SKEW_MS ?? 0)),
    logLevel: env.CAUSEWAY_LOG_LEVEL,
  });
  exitOnLostErrors(runtime);
  if (command.kind === 'task') {
    void runTask(`${service} ${command.name}`, tasks[command.name], { env, runtime });
    return;
  }
  const stop = stopRequested(env);
  void run(service, start, { env, runtime }, stop);
}

/** Exit codes: 0 when it is done, 1 with the reason on stderr when it failed. */
async function runTask(
  name: string,
  task: Tasks[string] | undefined,
  main: MainInput,
): Promise<void> {
  try {
    await task?.(main);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${name} failed: ${describe(error)}\n`);
    process.exit(1);
  }
}

async function run(
  service: string,
  start: (main: MainInput) => Promise<Running>,
  main: MainInput,
  stop: Promise<string>,
): Promise<void> {
  const { env, runtime } = main;
  let running: Running;
  let stopTelemetry: StopTelemetry;
  const instance = env.CAUSEWAY_INSTANCE;
  try {
    armFailpoints(env.CAUSEWAY_FAILPOINTS);
    plant(env.CAUSEWAY_PLANT);
    stopTelemetry = await startTelemetry({ service, instance }, env);
    running = await start(main);
  } catch (error) {
    process.stderr.write(`${service} did not start: ${describe(error)}\n`);
    process.exit(1);
  }
  const { port, appPort } = running;
  process.stdout.write(`${JSON.stringify({ ready: true, service, instance, port, appPort })}\n`);
  const reason = await stop;
  runtime.log.info({ reason }, 'draining');
  process.exit(await drain(running, stopTelemetry, main));
}

async function drain(
  running: Running,
  stopTelemetry: StopTelemetry,
  { env, runtime }: MainInput,
): Promise<number> {
  const timeoutMs = Number(env.CAUSEWAY_DRAIN_TIMEOUT_MS ?? DRAIN_TIMEOUT_MS);
  try {
    const timedOut = runtime.timers.sleep(timeoutMs).then(() => 'timed out' as const);
    const outcome = await Promise.race([running.drain().then(stopTelemetry), timedOut]);
    if (outcome !== 'timed out') return 0;
    runtime.log.error({ timeout_ms: timeoutMs }, 'the drain took too long');
  } catch (err) {
    runtime.log.error({ err }, 'the drain failed');
  }
  return 1;
}

/** Resolves, with what asked for it, once this process shall end. */
function stopRequested(env: Env): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (env.CAUSEWAY_EXIT_WITH_PARENT) {
      const parentGone = () => resolve('the parent is gone');
      process.stdin.once('end', parentGone).once('error', parentGone).resume();
      // A reader that is gone must not turn our last lines into a crash.
      process.stdout.on('error', () => {});
    }
  });
}

/** An error that nobody awaited means that the state of this process is unknown: it ends. */
function exitOnLostErrors({ log }: Runtime): void {
  const fatal = (err: unknown) => {
    log.fatal({ err }, 'an error reached nobody');
    process.exit(1);
  };
  process.on('unhandledRejection', fatal);
  process.on('uncaughtException', fatal);
}

/** Messages of the whole chain of causes: the first one alone rarely says what to change. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message || error.name;
  return error.cause === undefined ? message : `${message}: ${describe(error.cause)}`;
}
