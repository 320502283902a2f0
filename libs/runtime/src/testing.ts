import type { Clock } from './clock.ts';
import type { Logger, LogMethod } from './log.ts';
import type { Random } from './random.ts';
import { type Runtime, systemRuntime } from './runtime.ts';
import { systemTimers, type Timers } from './timers.ts';

export { armFailpoints } from './failpoints.ts';
export { plant } from './plants.ts';
export { type DeclaredInstrument, declaredInstruments } from './telemetry/instruments.ts';
export { prometheusName } from './telemetry/prometheus.ts';
export {
  type RecordedPoint,
  type RecordedSpan,
  recordTelemetry,
  type TelemetryRecording,
} from './telemetry/recording.ts';

/** One line that code under test logged. */
export interface LogEntry {
  level: string;
  fields: Record<string, unknown>;
  message: string;
}

/** A runtime whose time stands still until a test moves it. */
export interface ManualRuntime extends Runtime {
  /** Moves time on, running what falls due in order; settled promises run in between. */
  advance(ms: number): Promise<void>;
  /** What was logged so far. */
  logged: LogEntry[];
}

interface Pending {
  dueMs: number;
  run: () => unknown;
}

/**
 * Time by hand, chance by seed, logs in memory. `immediate` stays a real turn of the event loop.
 *
 * @param startMs epoch milliseconds at which time stands at first
 */
export function manualRuntime(
  options: { service?: string; startMs?: number; seed?: number } = {},
): ManualRuntime {
  const { service = 'test', startMs = Date.UTC(2026, 10, 16, 4), seed = 1 } = options;
  let nowMs = startMs;
  const pending = new Set<Pending>();
  const schedule = (ms: number, run: () => unknown) => {
    const timer = { dueMs: nowMs + ms, run };
    pending.add(timer);
    return () => void pending.delete(timer);
  };
  const clock: Clock = {
    nowMs: () => nowMs,
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs - startMs,
  };
  const logged: LogEntry[] = [];
  return {
    service,
    clock,
    timers: manualTimers(schedule),
    random: seededRandom(seed),
    log: recordingLogger(logged, {}),
    logged,
    async advance(ms) {
      const endMs = nowMs + ms;
      for (let next = earliest(pending, endMs); next; next = earliest(pending, endMs)) {
        pending.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.run();
        await turn();
      }
      nowMs = endMs;
      await turn();
    },
  };
}

/** The real clock and timers, with logs kept in memory: for tests on real servers. */
export function quietRuntime(service = 'test'): Runtime & { logged: LogEntry[] } {
  const logged: LogEntry[] = [];
  const log = recordingLogger(logged, {});
  const timers = systemTimers((err) => log.error({ err }, 'a timed function failed'));
  return { ...systemRuntime({ service }), timers, log, logged };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function earliest(pending: ReadonlySet<Pending>, endMs: number): Pending | undefined {
  let first: Pending | undefined;
  for (const timer of pending) {
    if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
  }
  return first;
}

function manualTimers(schedule: (ms: number, run: () => unknown) => () => void): Timers {
  return {
    after: schedule,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = schedule(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      });
    },
    every(ms, fn) {
      let cancel = () => {};
      let stopped = false;
      const again = () => {
        cancel = schedule(ms, async () => {
          await fn();
          if (!stopped) again();
        });
      };
      again();
      return () => {
        stopped = true;
        cancel();
      };
    },
    immediate: async () => void (await turn()),
  };
}

/** Mulberry32: a whole period of 2^32 from one seed, which is plenty for a test. */
function seededRandom(seed: number): Random {
  let state = seed;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const bytes = (n: number) => Uint8Array.from({ length: n }, () => Math.floor(unit() * 256));
  return {
    unit,
    bytes,
    digits: (n) => Array.from({ length: n }, () => Math.floor(unit() * 10)).join(''),
    uuid() {
      const hex = Buffer.from(bytes(16)).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

function recordingLogger(logged: LogEntry[], bound: Record<string, unknown>): Logger {
  const at = (level: string): LogMethod => {
    return (first: object | string, message?: string) => {
      if (typeof first === 'string') logged.push({ level, fields: bound, message: first });
      else logged.push({ level, fields: { ...bound, ...first }, message: message ?? '' });
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: (fields) => recordingLogger(logged, { ...bound, ...fields }),
  };
}
