import { type Clock, type Runtime, Trouble } from '@causeway/runtime';
import type { Database } from './database.ts';
import { clockSkew } from './metrics.ts';

const MEASURE_EVERY_MS = 10_000;
const FIRST_SAMPLES = 3;
/** A slower answer says too little about the moment at which the server read its clock. */
const MAX_ROUND_TRIP_MS = 500;
/** Databases are assumed within a second of each other; more is a fault to be seen. */
const MAX_STEP_MS = 1_000;

/** Postgres's time, carried between measurements by the host's monotonic clock. */
export interface DatabaseClock extends Clock {
  /** How far the host's own clock is behind the database's, in milliseconds, for monitoring. */
  skewMs(): number;
  /** Ends the measuring. The clock goes on from its last measurement. */
  stop(): void;
}

/**
 * Makes the database's clock the process's clock, so that a host whose time is wrong, or jumps,
 * expires nothing early or late. It is measured again every 10 s and never goes back: after a
 * backward correction it stands still until the database has caught up. Throws if the first
 * measurement fails; a later failure is logged and the last one carries on.
 */
export async function databaseClock(db: Database, runtime: Runtime): Promise<DatabaseClock> {
  const first: Sample[] = [];
  for (let i = 0; i < FIRST_SAMPLES; i += 1) first.push(await measure(db, runtime));
  const best = first.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
  return new MeasuredClock(db, runtime, best.offsetMs);
}

interface Sample {
  /** Database time minus the monotonic clock. */
  offsetMs: number;
  roundTripMs: number;
}

async function measure(db: Database, runtime: Runtime): Promise<Sample> {
  const sentMs = runtime.clock.monotonicMs();
  const [row] = await db.query<{ now_ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms',
    [],
  );
  const receivedMs = runtime.clock.monotonicMs();
  if (row === undefined) throw new Error('the database told no time');
  // The server read its clock somewhere within the round trip; the middle errs by half of it.
  const offsetMs = row.now_ms - (sentMs + receivedMs) / 2;
  return { offsetMs, roundTripMs: receivedMs - sentMs };
}

class MeasuredClock implements DatabaseClock {
  readonly #host: Clock;
  readonly #runtime: Runtime;
  readonly #unmeasured: Trouble;
  readonly stop: () => void;
  #offsetMs: number;
  #latestMs = 0;

  constructor(db: Database, runtime: Runtime, offsetMs: number) {
    this.#host = runtime.clock;
    this.#runtime = runtime;
    this.#unmeasured = new Trouble(runtime, "the database's clock was not measured");
    this.#offsetMs = offsetMs;
    this.stop = runtime.timers.every(MEASURE_EVERY_MS, () => this.#remeasure(db));
  }

  now(): Date {
    return new Date(this.nowMs());
  }

  nowMs(): number {
    const measuredMs = Math.floor(this.#offsetMs + this.#host.monotonicMs());
    this.#latestMs = Math.max(this.#latestMs, measuredMs);
    return this.#latestMs;
  }

  monotonicMs(): number {
    return this.#host.monotonicMs();
  }

  skewMs(): number {
    return this.nowMs() - this.#host.nowMs();
  }

  async #remeasure(db: Database): Promise<void> {
    try {
      const sample = await measure(db, this.#runtime);
      if (sample.roundTripMs > MAX_ROUND_TRIP_MS) return;
      const stepMs = sample.offsetMs - this.#offsetMs;
      if (Math.abs(stepMs) > MAX_STEP_MS) {
        this.#runtime.log.error({ step_ms: stepMs }, "the database's clock made a step");
      }
      this.#offsetMs = sample.offsetMs;
      clockSkew.set(this.skewMs() / 1_000);
      this.#unmeasured.passed();
    } catch (err) {
      this.#unmeasured.failed({ err });
    }
  }
}
