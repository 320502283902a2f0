import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type Made, NO_SPAN, recorded, type TracedSpan } from './recorded.ts';
import { newSpanId, newTraceId } from './span-ids.ts';
import { watched } from './watched.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Makes spans; absent before telemetry with traces is started, and then nothing here does anything. */
let tracer: Tracer | undefined;
/** The share of roots that are sampled. */
let rootRatio = 0;

/** Has spans made by `to`, and this share (0 to 1) of roots sampled, from now on. */
export function traceWith(to: Tracer | undefined, ratio: number): void {
  tracer = to;
  rootRatio = ratio;
}

/** `client` and `server` are the two ends of a call, `producer` and `consumer` those of a message. */
export type SpanKindName = 'internal' | 'client' | 'server' | 'producer' | 'consumer';

const KINDS: Record<SpanKindName, SpanKind> = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** What a span may say besides its name. */
export interface SpanDetails {
  kind?: SpanKindName;
  /** The traceparents of what it belongs with without being part of it. */
  links?: readonly string[];
}

/**
 * Runs `fn` in a span of the current trace, ended when `fn`'s promise settles. Where the trace is
 * not sampled no span is made, unless `fn` fails: what went wrong is always told.
 */
export function span<T>(
  name: string,
  attributes: Attributes,
  fn: (span: TracedSpan) => T,
  details: SpanDetails = {},
): T {
  if (tracer === undefined) return fn(NO_SPAN);
  const made = { tracer, name, attributes, ...optionsOf(details) };
  return isSampled() ? recorded(made, fn) : watched(made, fn, placeOf(details.kind));
}

/**
 * Like `span`, but may begin a trace: for the edges where work enters the system and for workers
 * that wake by themselves. The decision is taken here, once, for all that follows (head sampling).
 */
export function rootSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: TracedSpan) => T,
  details: SpanDetails = {},
): T {
  if (tracer === undefined) return fn(NO_SPAN);
  const made = { tracer, name, attributes, ...optionsOf(details) };
  // Math.random, not Runtime's: what is sampled must not depend on, nor disturb, a seeded run.
  const sampled = isSampled() || (here() === undefined && Math.random() < rootRatio);
  return sampled ? recorded(made, fn) : watched(made, fn, newPlace());
}

/**
 * A sampled trace of its own for work that belongs to several, such as a batch of messages, with a
 * link to each. Without a link nobody asked for it to be seen, and it is as an unsampled root.
 */
export function linkedSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: TracedSpan) => T,
  details: SpanDetails & { links: readonly string[] },
): T {
  if (tracer === undefined) return fn(NO_SPAN);
  const made = { tracer, name, attributes, ...optionsOf(details) };
  return context.with(ROOT_CONTEXT, () =>
    details.links.length > 0 ? recorded(made, fn) : watched(made, fn, newPlace()),
  );
}

/**
 * A span for those who look at a sampled trace, of a step whose failure is told by what it is part
 * of. Anywhere else it only calls `fn`, and costs nothing.
 */
export function detail<T>(
  name: string,
  attributes: Attributes,
  fn: () => T,
  details: SpanDetails = {},
): T {
  if (tracer === undefined || !isSampled()) return fn();
  return recorded({ tracer, name, attributes, ...optionsOf(details) }, fn);
}

/** The W3C traceparent of where we are, sampled or not: what to send along with a call. */
export function currentTraceparent(): string | undefined {
  const place = here();
  if (place === undefined) return undefined;
  return `00-${place.traceId}-${place.spanId}-${isSampled() ? '01' : '00'}`;
}

/** The W3C traceparent of the current span where the trace is sampled: what to keep with a fact. */
export function sampledTraceparent(): string | undefined {
  return isSampled() ? currentTraceparent() : undefined;
}

/**
 * Runs `fn` inside the trace that a message or a call brought along. An absent or malformed one
 * takes `fn` out of whatever trace is current, so that a loop which serves many callers does not
 * attribute all its work to the first.
 */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  if (tracer === undefined) return fn();
  const remote = placeIn(traceparent);
  if (remote !== undefined) return context.with(trace.setSpanContext(ROOT_CONTEXT, remote), fn);
  return here() === undefined ? fn() : context.with(ROOT_CONTEXT, fn);
}

function placeIn(traceparent: string | undefined) {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceFlags = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function here() {
  return trace.getActiveSpan()?.spanContext();
}

function isSampled(): boolean {
  const place = here();
  return place !== undefined && (place.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/**
 * The place that an unsampled span takes in its trace: those where work arrives have one, so that
 * what fails below them, here or in another service, hangs together.
 */
function placeOf(kind: SpanKindName | undefined) {
  return kind === 'server' || kind === 'consumer' || here() === undefined ? newPlace() : undefined;
}

function newPlace() {
  return {
    traceId: here()?.traceId ?? newTraceId(),
    spanId: newSpanId(),
    traceFlags: TraceFlags.NONE,
  };
}

function optionsOf({ kind = 'internal', links }: SpanDetails): Pick<Made, 'kind' | 'links'> {
  const places = links?.flatMap((link) => placeIn(link) ?? []);
  return { kind: KINDS[kind], links: places?.map((place) => ({ context: place })) };
}

export type { TracedSpan };
