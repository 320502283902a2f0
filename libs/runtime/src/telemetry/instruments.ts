import type { Attributes, AttributeValue, Meter } from '@opentelemetry/api';

/** What every instrument must say of itself. */
export interface InstrumentOptions<Name extends string = never> {
  /** In UCUM, as OpenTelemetry wants it: `s`, `By`, `{payment}`. */
  unit: string;
  /** A sentence for whoever meets the metric on a dashboard. */
  description: string;
  /**
   * What its series are told apart by, all of it given with each value. Every attribute has few
   * values, however long the system runs: no payment, wallet or merchant is ever one.
   */
  attributes?: readonly Name[];
}

/** One value for each attribute that an instrument declares. */
export type Series<Name extends string> = Readonly<Record<Name, AttributeValue>>;

/** Counts what only grows. */
export interface Counter<Name extends string = never> {
  add(value: number, attributes: Series<Name>): void;
}

/** A counter that is one series. */
export interface PlainCounter {
  add(value: number): void;
}

/** Collects values into buckets. */
export interface Histogram<Name extends string = never> {
  record(value: number, attributes: Series<Name>): void;
}

/** A histogram that is one series. */
export interface PlainHistogram {
  record(value: number): void;
}

/** Holds the latest value. */
export interface Gauge<Name extends string = never> {
  set(value: number, attributes: Series<Name>): void;
}

/** A gauge that is one series. */
export interface PlainGauge {
  set(value: number): void;
}

type WithAttributes<Name extends string> = InstrumentOptions<Name> & {
  attributes: readonly Name[];
};

/** From half a millisecond, a coalesced call, to ten seconds, an inquiry's deadline. */
const SECONDS_BOUNDARIES = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

let meter: Meter | undefined;
const declared: (() => void)[] = [];

/** What an instrument was declared as. */
export interface DeclaredInstrument {
  kind: 'counter' | 'histogram' | 'gauge';
  name: string;
  unit: string;
  description: string;
  attributes: readonly string[];
}

/** Every instrument of the modules that are loaded, by its name. */
const catalog = new Map<string, DeclaredInstrument>();

/** What has been declared so far, for tests that compare it with what is shown and asked for. */
export function declaredInstruments(): DeclaredInstrument[] {
  return [...catalog.values()];
}

/** Declares a counter; it counts nothing until telemetry is started. */
export function counter<const Name extends string>(
  name: string,
  options: WithAttributes<Name>,
): Counter<Name>;
export function counter(name: string, options: InstrumentOptions): PlainCounter;
export function counter(name: string, options: InstrumentOptions<string>) {
  const { unit, description } = noted('counter', name, options);
  const bound = declare((to) => to.createCounter(name, { unit, description }));
  return {
    add: (value: number, attributes?: Attributes) => bound.instrument?.add(value, attributes),
  };
}

/**
 * Declares a histogram; it records nothing until telemetry is started.
 *
 * @param options.boundaries between buckets, in the histogram's unit; suited to durations in
 *   seconds unless given
 */
export function histogram<const Name extends string>(
  name: string,
  options: WithAttributes<Name> & { boundaries?: number[] },
): Histogram<Name>;
export function histogram(
  name: string,
  options: InstrumentOptions & { boundaries?: number[] },
): PlainHistogram;
export function histogram(
  name: string,
  options: InstrumentOptions<string> & { boundaries?: number[] },
) {
  const { unit, description } = noted('histogram', name, options);
  const { boundaries = SECONDS_BOUNDARIES } = options;
  const advice = { explicitBucketBoundaries: boundaries };
  const bound = declare((to) => to.createHistogram(name, { unit, description, advice }));
  return {
    record: (value: number, attributes?: Attributes) => bound.instrument?.record(value, attributes),
  };
}

/** Declares a gauge; it holds nothing until telemetry is started. */
export function gauge<const Name extends string>(
  name: string,
  options: WithAttributes<Name>,
): Gauge<Name>;
export function gauge(name: string, options: InstrumentOptions): PlainGauge;
export function gauge(name: string, options: InstrumentOptions<string>) {
  const { unit, description } = noted('gauge', name, options);
  const bound = declare((to) => to.createGauge(name, { unit, description }));
  return {
    set: (value: number, attributes?: Attributes) => bound.instrument?.record(value, attributes),
  };
}

function noted(
  kind: DeclaredInstrument['kind'],
  name: string,
  { unit, description, attributes = [] }: InstrumentOptions<string>,
): DeclaredInstrument {
  const instrument = { kind, name, unit, description, attributes };
  catalog.set(name, instrument);
  return instrument;
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
