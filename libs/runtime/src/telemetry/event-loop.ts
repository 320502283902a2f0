import {
  constants,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { gauge, histogram } from './instruments.ts';

// Names and units are those of OpenTelemetry's conventions for Node and V8.
const delay = (what: string, description: string) =>
  gauge(`nodejs.eventloop.delay.${what}`, { unit: 's', description });

const p50 = delay('p50', 'How late timers ran, the median of the last interval.');
const p99 = delay('p99', 'How late timers ran, 99 % of them in the last interval.');
const max = delay('max', 'How late the latest timer of the last interval ran.');

const utilization = gauge('nodejs.eventloop.utilization', {
  unit: '1',
  description: 'The share of the last interval in which the event loop was not idle.',
});

const gcDuration = histogram('v8js.gc.duration', {
  unit: 's',
  description: 'How long one garbage collection held up the process, by its kind.',
  boundaries: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
});

const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** What Node reports of a collection; its types leave out the detail. */
interface GcEntry {
  duration: number;
  detail: { kind: number };
}

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;

/** How often a timer looks whether it is late. */
const RESOLUTION_MS = 10;

/** Node measures from one run of that timer to the next; only what is beyond its period is late. */
function lateSeconds(betweenNs: number): number {
  return Math.max(0, betweenNs / NS_PER_S - RESOLUTION_MS / MS_PER_S);
}

/** Reports on this process' event loop and garbage collection until the answer is called. */
export function watchEventLoop(intervalMs: number): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let since = performance.eventLoopUtilization();
  const report = () => {
    p50.set(lateSeconds(delays.percentile(50)));
    p99.set(lateSeconds(delays.percentile(99)));
    max.set(lateSeconds(delays.max));
    delays.reset();
    const now = performance.eventLoopUtilization();
    utilization.set(performance.eventLoopUtilization(now, since).utilization);
    since = now;
  };
  const timer = setInterval(report, intervalMs).unref();
  const collections = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as unknown as GcEntry[]) {
      const type = GC_TYPES[detail.kind] ?? 'other';
      gcDuration.record(duration / MS_PER_S, { 'v8js.gc.type': type });
    }
  });
  collections.observe({ entryTypes: ['gc'] });
  return () => {
    clearInterval(timer);
    collections.disconnect();
    delays.disable();
  };
}
