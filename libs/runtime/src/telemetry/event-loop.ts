import {
  constants,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import {
  cpuTime,
  gcDuration,
  heapUsed,
  lateMax,
  lateP50,
  lateP99,
  memoryUsage,
  utilization,
} from './metrics.ts';

const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Which kind of collection an entry reports; Node's types leave its detail out. */
function gcType(entry: object): string {
  const detail = 'detail' in entry && entry.detail;
  const kind = detail instanceof Object && 'kind' in detail && detail.kind;
  return (typeof kind === 'number' && GC_TYPES[kind]) || 'other';
}

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;
const US_PER_S = 1e6;

/** How often a timer looks whether it is late. */
const RESOLUTION_MS = 10;

/** Node measures from one run of that timer to the next; only what is beyond its period is late. */
function lateSeconds(betweenNs: number): number {
  return Math.max(0, betweenNs / NS_PER_S - RESOLUTION_MS / MS_PER_S);
}

/** Reports on this process' event loop, garbage collection, processor and memory until the answer is called. */
export function watchEventLoop(intervalMs: number): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let since = performance.eventLoopUtilization();
  let cpu = { user: 0, system: 0 };
  const report = () => {
    lateP50.set(lateSeconds(delays.percentile(50)));
    lateP99.set(lateSeconds(delays.percentile(99)));
    lateMax.set(lateSeconds(delays.max));
    delays.reset();
    const now = performance.eventLoopUtilization();
    utilization.set(performance.eventLoopUtilization(now, since).utilization);
    since = now;
    const used = process.cpuUsage();
    cpuTime.add((used.user - cpu.user) / US_PER_S, { 'cpu.mode': 'user' });
    cpuTime.add((used.system - cpu.system) / US_PER_S, { 'cpu.mode': 'system' });
    cpu = used;
    const memory = process.memoryUsage();
    memoryUsage.set(memory.rss);
    heapUsed.set(memory.heapUsed);
  };
  const timer = setInterval(report, intervalMs).unref();
  const collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      gcDuration.record(entry.duration / MS_PER_S, { 'v8js.gc.type': gcType(entry) });
    }
  });
  collections.observe({ entryTypes: ['gc'] });
  return () => {
    clearInterval(timer);
    collections.disconnect();
    delays.disable();
  };
}
