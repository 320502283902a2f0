import { Worker } from 'node:worker_threads';
import type { Options } from './options.ts';
import type { Done, Work } from './work.ts';

/** What is to be lived. */
export interface RunOptions extends Pick<Options, 'payments' | 'seed' | 'size' | 'workers'> {
  /** After so many histories that broke a rule no more are begun. */
  enough: number;
  /** The number of the first history; 0 unless given. */
  from?: number;
  /** How bad the weather is in all of them; drawn for each where it is left out. */
  strength?: number;
}

/** What all histories of a run came to. */
export interface Tally {
  histories: number;
  payments: number;
  steps: number;
  ends: Map<string, number>;
  /** Those that broke a rule. */
  broken: Pick<Done, 'history' | 'violations'>[];
}

/**
 * Has workers live histories until there were enough payments. The young generation is large, since
 * nearly all of a history is garbage the moment it is over.
 *
 * @param program the file that a worker runs
 */
export async function runAll(
  { payments, seed, size, workers, enough, strength, from: first = 0 }: RunOptions,
  program: URL,
  progress: (tally: Tally) => void,
): Promise<Tally> {
  const tally: Tally = { histories: 0, payments: 0, steps: 0, ends: new Map(), broken: [] };
  const last = first + Math.ceil(payments / size);
  let next = first;
  const work = (): Work | undefined => {
    if (next >= last || tally.broken.length >= enough) return undefined;
    const history = next;
    next += 1;
    return { seed, size, history, strength };
  };
  const add = (done: Done) => {
    tally.histories += 1;
    tally.payments += done.payments;
    tally.steps += done.steps;
    if (done.violations.length > 0) tally.broken.push(done);
    for (const [state, many] of done.ends) {
      tally.ends.set(state, (tally.ends.get(state) ?? 0) + many);
    }
    progress(tally);
  };
  const count = Math.min(workers, last - first);
  await Promise.all(Array.from({ length: count }, () => employ(program, work, add)));
  tally.broken.sort((a, b) => a.history - b.history);
  return tally;
}

function employ(
  program: URL,
  work: () => Work | undefined,
  add: (done: Done) => void,
): Promise<void> {
  const worker = new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: 128 } });
  return new Promise((resolve, reject) => {
    const goOn = () => {
      const some = work();
      if (some) worker.postMessage(some);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (done: Done) => {
      add(done);
      goOn();
    });
    worker.on('error', reject);
    goOn();
  });
}
