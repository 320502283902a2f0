import { parentPort } from 'node:worker_threads';
import { live } from './history.ts';
import type { Violation } from './judge/violation.ts';
import { seedOf } from './kernel/chance.ts';

/** Which history a worker is to live. */
export interface Work {
  seed: number;
  size: number;
  history: number;
  /** How bad the weather is; drawn where it is undefined. */
  strength: number | undefined;
}

/** What came of it. */
export interface Done {
  history: number;
  payments: number;
  steps: number;
  ends: Map<string, number>;
  violations: Violation[];
}

/** Lives one history. */
async function doWork({ seed, size, history, strength }: Work): Promise<Done> {
  const lived = await live({ seed: seedOf(seed, history), payments: size, strength });
  const { payments, steps, ends, violations } = lived;
  return { history, payments, steps, ends, violations };
}

/** Serves the thread that started this one. */
export function serveWork(): void {
  parentPort?.on('message', (work: Work) => {
    void doWork(work).then((done) => parentPort?.postMessage(done));
  });
}
