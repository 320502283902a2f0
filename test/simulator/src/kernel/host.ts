import type { Cancel, Logger, Runtime, Timers } from '@causeway/runtime';
import type { Kernel } from './kernel.ts';

/** One life of a process: from its start to its crash. What waits in a life that is over never goes on. */
export interface Life {
  alive: boolean;
  readonly runtime: Runtime;
}

const NONE: Logger['info'] = () => {};
const SILENT: Logger = {
  ...{ debug: NONE, info: NONE, warn: NONE, error: NONE, fatal: NONE },
  child: () => SILENT,
};

/** Who calls others, in one of its lives. */
export interface Caller {
  readonly name: string;
  readonly life: Life;
  /** Ends this life; undefined for who never dies. */
  crash: (() => void) | undefined;
}

/** How a process starts: from nothing but what is stored; answers what others may call. */
export type Boot<Service> = (self: Caller) => Service;

/** A process that may crash, losing all that it had in memory, and is started again. */
export class Host<Service> {
  #life: Life | undefined;
  #service: Service | undefined;
  #lives = 0;

  constructor(
    private readonly kernel: Kernel,
    readonly name: string,
    private readonly boot: Boot<Service>,
    private readonly skewMs = 0,
  ) {
    this.#start();
  }

  /** The present life; undefined while the process is down. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** What the present life answers; undefined while the process is down. */
  get service(): Service | undefined {
    return this.#service;
  }

  /** Ends the present life. Another begins after a while. */
  crash(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.alive = false;
    this.#life = undefined;
    this.#service = undefined;
    const downMs = this.kernel.chance.between(`${this.name} down ${this.#lives}`, 50, 6_000);
    this.kernel.tell(() => `${this.name} crashes, and is down for ${downMs} ms`);
    this.kernel.after(downMs, () => {
      this.kernel.tell(() => `${this.name} is started again`);
      this.#start();
    });
  }

  #start(): void {
    this.#lives += 1;
    const life: Life = {
      alive: true,
      runtime: lifeRuntime(this.kernel, this.name, this.#lives, this.skewMs, () => life.alive),
    };
    this.#life = life;
    this.#service = this.boot({
      name: this.name,
      life,
      crash: () => {
        if (life.alive) this.crash();
      },
    });
  }
}

/** A process that never dies and calls nobody: somebody outside, with a runtime of his own. */
export function outsider(kernel: Kernel, name: string): Caller {
  const life = { alive: true, runtime: lifeRuntime(kernel, name, 1, 0, () => true) };
  return { name, life, crash: undefined };
}

function lifeRuntime(
  kernel: Kernel,
  name: string,
  lives: number,
  skewMs: number,
  isAlive: () => boolean,
): Runtime {
  const nowMs = () => Math.floor(kernel.nowMs + skewMs);
  return {
    service: name,
    clock: { nowMs, now: () => new Date(nowMs()), monotonicMs: () => kernel.elapsedMs },
    timers: timersOf(kernel, isAlive),
    random: kernel.chance.stream(`${name} life ${lives}`),
    log: SILENT,
  };
}

function timersOf(kernel: Kernel, isAlive: () => boolean): Timers {
  const after = (ms: number, run: () => unknown): Cancel =>
    kernel.after(ms, () => {
      if (isAlive()) run();
    });
  return {
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = after(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
    every(ms, run) {
      let isStopped = false;
      const again = () => {
        after(ms, async () => {
          if (isStopped) return;
          await run();
          again();
        });
      };
      again();
      return () => {
        isStopped = true;
      };
    },
    immediate: () =>
      new Promise((resolve) => {
        after(0, resolve);
      }),
  };
}
