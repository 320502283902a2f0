import { counter, gauge, histogram } from './instruments.ts';

// Names and units are those of OpenTelemetry's conventions for Node and V8.

export const lateP50 = gauge('nodejs.eventloop.delay.p50', {
  unit: 's',
  description: 'How late timers ran, the median of the last interval.',
});

export const lateP99 = gauge('nodejs.eventloop.delay.p99', {
  unit: 's',
  description: 'How late timers ran, 99 % of them in the last interval.',
});

export const lateMax = gauge('nodejs.eventloop.delay.max', {
  unit: 's',
  description: 'How late the latest timer of the last interval ran.',
});

export const utilization = gauge('nodejs.eventloop.utilization', {
  unit: '1',
  description: 'The share of the last interval in which the event loop was not idle.',
});

export const gcDuration = histogram('v8js.gc.duration', {
  unit: 's',
  description: 'How long one garbage collection held up the process, by its kind.',
  attributes: ['v8js.gc.type'],
  boundaries: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
});

export const cpuTime = counter('process.cpu.time', {
  unit: 's',
  description: 'Processor time that the process has used, by mode.',
  attributes: ['cpu.mode'],
});

export const memoryUsage = gauge('process.memory.usage', {
  unit: 'By',
  description: 'Memory of the process that is in RAM.',
});

export const heapUsed = gauge('v8js.memory.heap.used', {
  unit: 'By',
  description: 'What objects occupy of the heap, garbage included.',
});

export const unsampledFailures = counter('causeway.traces.failures', {
  unit: '{span}',
  description: 'Spans that failed in traces that were not sampled, and were exported all the same.',
});

export const unsampledFailuresDropped = counter('causeway.traces.failures_dropped', {
  unit: '{span}',
  description: 'Spans that failed in unsampled traces beyond what is exported in a second.',
});
