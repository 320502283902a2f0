import { systemRuntime } from '@causeway/runtime';
import { ALGORITHMS, type Algorithm, verdictOn, webCryptography } from '@causeway/transit';
import { nodeCryptography } from '@causeway/transit/node';
import { Histogram, latencyOf } from '../measure/histogram.ts';
import { makeRiders, type Riders } from './riders.ts';

/** One measurement of verifications. */
export interface TransitLoad {
  algorithm: Algorithm;
  /** Whether each rider is new to the gate; else the gate has seen all of their grants. */
  fresh: boolean;
  /** Whose cryptography: Node's own, or Web Crypto as in a browser. */
  by: 'node' | 'web';
  seconds: number;
}

/** What one process verified. */
export interface TransitVerified {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Verifications between two looks at what else waits. */
const BURST = 64;

const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const made = new Map<Algorithm, Riders>();

/** Makes so many riders with each algorithm. */
export async function prepareTransit({ riders }: { riders: number }): Promise<void> {
  for (const algorithm of ALGORITHMS) made.set(algorithm, await makeRiders(algorithm, riders));
}

/** Verifies and judges codes one after the other, from the scanner's text to the outcome. */
export async function loadTransit(load: TransitLoad): Promise<TransitVerified> {
  const riders = made.get(load.algorithm);
  if (riders === undefined) throw new Error('no riders were made');
  const cryptography = () => (load.by === 'node' ? nodeCryptography() : webCryptography());
  let judging = riders.judging(cryptography());
  if (!load.fresh) for (const text of riders.texts) await verdictOn(text, judging);
  const { clock, timers } = runtime;
  const histogram = new Histogram();
  const startMs = clock.monotonicMs();
  const endMs = startMs + load.seconds * 1_000;
  for (let n = 0; clock.monotonicMs() < endMs; n += 1) {
    const at = n % riders.texts.length;
    if (load.fresh && at === 0) judging = riders.judging(cryptography());
    const beganMs = clock.monotonicMs();
    const { outcome, reason } = await verdictOn(riders.texts[at] ?? '', judging);
    histogram.add(clock.monotonicMs() - beganMs);
    if (outcome !== 'OK') throw new Error(`an honest code was refused: ${reason}`);
    if (n % BURST === 0) await timers.immediate();
  }
  const { p50Ms, p99Ms } = latencyOf(histogram);
  return { perSecond: (histogram.count * 1_000) / (clock.monotonicMs() - startMs), p50Ms, p99Ms };
}
