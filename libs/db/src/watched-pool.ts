import type { Cancel, Runtime } from '@causeway/runtime';
import type pg from 'pg';
import { poolConnections, poolMax, poolPending, poolWait } from './metrics.ts';

const LOOK_MS = 5_000;
const MS_PER_S = 1_000;

/** Measures who holds the connections of a pool and how long others wait for one. */
export class WatchedPool {
  readonly #pool: pg.Pool;
  readonly #runtime: Runtime;
  readonly #labels: { 'db.client.connection.pool.name': string };
  readonly #cancel: Cancel;

  /** @param name tells the pools of a process apart; one of few */
  constructor(pool: pg.Pool, name: string, runtime: Runtime) {
    this.#pool = pool;
    this.#runtime = runtime;
    this.#labels = { 'db.client.connection.pool.name': name };
    poolMax.set(pool.options.max, this.#labels);
    this.#cancel = runtime.timers.every(LOOK_MS, () => this.#look());
  }

  /** A connection, once there is one; rejects where none was free in time. */
  async connect(): Promise<pg.PoolClient> {
    const { clock } = this.#runtime;
    const startedMs = clock.monotonicMs();
    try {
      return await this.#pool.connect();
    } finally {
      poolWait.record((clock.monotonicMs() - startedMs) / MS_PER_S, this.#labels);
    }
  }

  /** Measures no more. */
  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    const inState = (state: string) => ({ ...this.#labels, 'db.client.connection.state': state });
    poolConnections.set(idleCount, inState('idle'));
    poolConnections.set(totalCount - idleCount, inState('used'));
    poolPending.set(waitingCount, this.#labels);
    poolMax.set(options.max, this.#labels);
  }
}
