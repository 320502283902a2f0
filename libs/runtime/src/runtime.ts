import { type Clock, systemClock } from './clock.ts';
import { type Logger, stdoutLogger } from './log.ts';
import { type Random, systemRandom } from './random.ts';
import { systemTimers, type Timers } from './timers.ts';

/** All that domain code may know of the world outside its arguments. */
export interface Runtime {
  clock: Clock;
  timers: Timers;
  random: Random;
  log: Logger;
  /** The name of the service, as in logs and traces: `routing`. */
  service: string;
}

/** What `systemRuntime` may be given besides the service's name. */
export interface SystemRuntimeOptions {
  service: string;
  /** Tells apart two processes of one service. */
  instance?: string | undefined;
  clock?: Clock;
  /** The least severe log level that is written; `info` unless given. */
  logLevel?: string | undefined;
}

/** The real world: the host's clock and timers, the system's chance, logs on stdout. */
export function systemRuntime(options: SystemRuntimeOptions): Runtime {
  const { service, instance, clock = systemClock(), logLevel = 'info' } = options;
  const log = stdoutLogger({ service, instance, level: logLevel });
  const timers = systemTimers((err) => log.error({ err }, 'a timed function failed'));
  return { clock, timers, random: systemRandom, log, service };
}

/** The same runtime on another clock: a service moves to its database's time once it has one. */
export function withClock(runtime: Runtime, clock: Clock): Runtime {
  return { ...runtime, clock };
}
