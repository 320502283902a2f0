import type { Bench, Sample } from '../../part.ts';
import type { PaymentDriver } from '../driver.ts';
import { type Collector, type LoopReport, startCollector } from './collector.ts';
import { type Point, residentMib, slopePerMinute } from './memory.ts';

/** Those with an event loop that are on a payment's way, or behind it. */
const SERVICES = ['fx', 'wallet', 'routing', 'acquiring', 'settlement'] as const;
const LOOK_MS = 2_000;
/** How often somebody who waits is told how far it is. */
const TOLD_MS = 60_000;
const MAX_IN_FLIGHT = 1_024;
const MS_PER_S = 1_000;
/** Processes take their size in the first part of the time; the slope is that of the rest. */
const WARM_SHARE = 0.25;
const TELEMETRY = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** Payments a second, each with a code of its own, and for how long. */
interface Load {
  perSecond: number;
  seconds: number;
}

/**
 * Keeps the system under a steady load, codes made as they are needed, and tells what grows: the
 * memory of every process, and how far the facts are behind. The services report their event loops
 * and garbage collection to a collector, as they would to an operator's.
 */
export async function soak(bench: Bench, driver: PaymentDriver, load: Load): Promise<Sample[]> {
  const collector = await startCollector();
  try {
    await restartAll(bench, { [TELEMETRY]: collector.url });
    return await watch(bench, driver, collector, load);
  } finally {
    await restartAll(bench, {});
    collector.close();
  }
}

async function restartAll({ stack }: Bench, env: Record<string, string>): Promise<void> {
  for (const service of SERVICES) await stack.processes.restart(service, env);
}

async function watch(
  bench: Bench,
  driver: PaymentDriver,
  collector: Collector,
  { perSecond, seconds }: Load,
): Promise<Sample[]> {
  const { timers } = bench.runtime;
  const warmSeconds = seconds * WARM_SHARE;
  const watched = seconds - warmSeconds;
  const memory = new Memory(bench);
  let gcBefore = new Map<string, number>();
  const cancelBegin = timers.after(warmSeconds * MS_PER_S, () => {
    memory.forget();
    collector.forget();
    gcBefore = gcSeconds(collector);
  });
  const cancelLooks = timers.every(LOOK_MS, () => memory.look());
  const cancelTold = timers.every(TOLD_MS, () => bench.progress(`soak: ${memory.told()}`));
  const { sample } = await driver
    .measure({
      line: 'soak',
      title: `soak: ${Math.round(seconds)} s at ${Math.round(perSecond)} payments and codes a second`,
      edge: 'stream',
      pace: { kind: 'open', perSecond, maxInFlight: MAX_IN_FLIGHT },
      codes: 'alongside',
      warmSeconds,
      seconds: watched,
      expectedPerSecond: perSecond,
    })
    .finally(() => {
      cancelBegin();
      cancelLooks();
      cancelTold();
    });
  const reports = collector.reports();
  const lines = [...memory.seen].map(([name, points]): Sample => {
    const slope = slopePerMinute(points);
    const memoryNote = `${(points.at(-1)?.value ?? 0).toFixed(0)} MiB, ${signed(slope)} MiB a minute`;
    const loopNote = loopOf(reports.get(name), gcBefore.get(name) ?? 0, watched);
    return {
      line: `soak.${name}`,
      title: `soak: ${name}`,
      busy: [],
      valid: true,
      notes: [`${name}: ${memoryNote}${loopNote}`],
    };
  });
  // Its place is not on the curve of latency against load: codes were made meanwhile.
  const { offeredPerSecond: _, series: __, ...own } = sample;
  return [own, ...lines];
}

/** What each process holds, from look to look. */
class Memory {
  readonly seen = new Map<string, Point[]>();
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  look(): void {
    const { runtime, stack } = this.#bench;
    for (const name of stack.processes.names()) {
      const mib = residentMib(stack.processes.pid(name) ?? 0);
      if (mib === undefined) continue;
      const points = this.seen.get(name) ?? [];
      points.push({ atSeconds: runtime.clock.monotonicMs() / MS_PER_S, value: mib });
      this.seen.set(name, points);
    }
  }

  /** What each service held at the last look. */
  told(): string {
    const services = SERVICES.map((name) => {
      const mib = this.seen.get(name)?.at(-1)?.value;
      return `${name} ${mib === undefined ? 'unknown' : `${mib.toFixed(0)} MiB`}`;
    });
    return services.join(', ');
  }

  forget(): void {
    this.seen.clear();
  }
}

function loopOf(report: LoopReport | undefined, gcBefore: number, seconds: number): string {
  if (report === undefined) return '';
  const { delayP99Ms, delayMaxMs, gcSeconds: gcAfter } = report;
  const gcShare = (100 * (gcAfter - gcBefore)) / seconds;
  return (
    `; event loop late by ${delayP99Ms.toFixed(1)} ms at p99 and ${delayMaxMs.toFixed(0)} ms at ` +
    `most; ${gcShare.toFixed(2)} % of the time in garbage collection`
  );
}

function gcSeconds(collector: Collector): Map<string, number> {
  return new Map([...collector.reports()].map(([name, { gcSeconds }]) => [name, gcSeconds]));
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}
