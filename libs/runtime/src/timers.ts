/** Stops what it was given for; calling it again does nothing. */
export type Cancel = () => void;

/** Every way in which code may wait. Durations are milliseconds. */
export interface Timers {
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `fn` once after `ms`. What it throws is logged. */
  after(ms: number, fn: () => unknown): Cancel;
  /** Runs `fn` again `ms` after its last run ended, so that runs never overlap. What it throws is logged. */
  every(ms: number, fn: () => unknown): Cancel;
  /** Resolves after the I/O events that are already waiting have been handled. */
  immediate(): Promise<void>;
}

/**
 * Timers of the event loop.
 *
 * `after` and `every` do not keep the process alive; `sleep` does, since somebody awaits it.
 *
 * @param onError told what a timed function threw: a failed poll must not end the process
 */
export function systemTimers(onError: (error: unknown) => void): Timers {
  const run = async (fn: () => unknown) => {
    try {
      await fn();
    } catch (error) {
      onError(error);
    }
  };
  return {
    sleep,
    after(ms, fn) {
      const timer = setTimeout(run, ms, fn).unref();
      return () => clearTimeout(timer);
    },
    every(ms, fn) {
      let stopped = false;
      let timer: NodeJS.Timeout;
      const schedule = () => {
        timer = setTimeout(async () => {
          await run(fn);
          if (!stopped) schedule();
        }, ms).unref();
      };
      schedule();
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    },
    immediate: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
