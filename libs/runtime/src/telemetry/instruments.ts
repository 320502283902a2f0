import type { Attributes, Meter } from '@opentelemetry/api';

/** What every instrument must say of itself. */
export interface InstrumentOptions {
  /** In UCUM, as OpenTelemetry wants it: `s`, `By`, `{payment}`. */
  unit: string;
  /** A sentence for whoever meets the metric on a dashboard. */
  description: string;
}

/** Counts what only grows. */
export interface Counter {
  add(value: number, attributes?: Attributes): void;
}

/** Collects values into buckets. */
export interface Histogram {
  record(value: number, attributes?: Attributes): void;
}

/** Holds the latest value. */
export interface Gauge {
  set(value: number, attributes?: Attributes): void;
}

/** From half a millisecond, a coalesced call, to ten seconds, an inquiry's deadline. */
const SECONDS_BOUNDARIES = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

let meter: Meter | undefined;
const declared: (() => void)[] = [];

/** Declares a counter; it counts nothing until telemetry is started. */
export function counter(name: string, options: InstrumentOptions): Counter {
  const bound = declare((to) => to.createCounter(name, options));
  return { add: (value, attributes) => bound.instrument?.add(value, attributes) };
}

/**
 * Declares a histogram; it records nothing until telemetry is started.
 *
 * @param options.boundaries between buckets, in the histogram's unit; suited to durations in
 *   seconds unless given
 */
export function histogram(
  name: string,
  options: InstrumentOptions & { boundaries?: number[] },
): Histogram {
  const { unit, description, boundaries = SECONDS_BOUNDARIES } = options;
  const advice = { explicitBucketBoundaries: boundaries };
  const bound = declare((to) => to.createHistogram(name, { unit, description, advice }));
  return { record: (value, attributes) => bound.instrument?.record(value, attributes) };
}

/** Declares a gauge; it holds nothing until telemetry is started. */
export function gauge(name: string, options: InstrumentOptions): Gauge {
  const bound = declare((to) => to.createGauge(name, options));
  return { set: (value, attributes) => bound.instrument?.record(value, attributes) };
}

/** Creates all declared instruments on this meter, and those that are declared later too. */
export function bindInstruments(to: Meter | undefined): void {
  meter = to;
  for (const bind of declared) bind();
}

/**
 * The metrics API has no proxy as tracing has: an instrument made before the SDK is there would
 * stay mute. So instruments are declared here and made when, and if, a meter comes.
 */
function declare<T>(create: (meter: Meter) => T): { instrument: T | undefined } {
  const bound: { instrument: T | undefined } = { instrument: undefined };
  const bind = () => {
    bound.instrument = meter === undefined ? undefined : create(meter);
  };
  declared.push(bind);
  bind();
  return bound;
}
