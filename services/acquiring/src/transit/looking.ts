import { type Runtime, Trouble } from '@causeway/runtime';

const LOOK_MS = 1_000;

/** Work in the background. */
export interface Running {
  /** Ends once what is under way is done. */
  stop(): Promise<void>;
}

/**
 * Looks every second for what is due and does it, one look after the other.
 *
 * @param trouble what is said in the log while something fails
 * @param look answers why parts of the work failed, which keep nobody from the others
 */
export function startLooking(
  runtime: Runtime,
  trouble: string,
  look: () => Promise<readonly unknown[]>,
): Running {
  const failing = new Trouble(runtime, trouble);
  let looking = Promise.resolve();
  const once = async () => {
    const [err] = await look().catch((error: unknown) => [error]);
    if (err === undefined) failing.passed();
    else failing.failed({ err });
  };
  const cancel = runtime.timers.every(LOOK_MS, () => {
    looking = once();
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

/** Why some of these failed, once all have ended. */
export async function failuresOf(work: readonly Promise<unknown>[]): Promise<unknown[]> {
  const ended = await Promise.allSettled(work);
  return ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
}
