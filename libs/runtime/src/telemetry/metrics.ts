import { gauge, histogram } from './instruments.ts';

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
  boundaries: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
});
