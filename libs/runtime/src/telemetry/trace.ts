import {
  type Attributes,
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { Refusal } from '../refusal.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Swallows what is set on it: the span of whatever is not sampled. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** The share of roots that are sampled; none before telemetry is started. */
let rootRatio = 0;

/** Sets the share (0 to 1) of roots that are sampled from now on. */
export function sampleRoots(ratio: number): void {
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

/**
 * Runs `fn` in a span of the current trace, ended when `fn`'s promise settles. Outside a sampled
 * trace it only calls `fn`: nothing is allocated, and nothing below it begins a trace by itself.
 */
export function span<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T,
  kind: SpanKindName = 'internal',
): T {
  return trace.getActiveSpan() === undefined ? fn(NO_SPAN) : recorded(name, attributes, fn, kind);
}

/**
 * Like `span`, but may begin a trace: for the edges where work enters the system and for workers
 * that wake by themselves. The decision is taken here, once, for all that follows (head sampling).
 */
export function rootSpan<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T,
  kind: SpanKindName = 'internal',
): T {
  // Math.random, not Runtime's: what is sampled must not depend on, nor disturb, a seeded run.
  const sampled = trace.getActiveSpan() !== undefined || Math.random() < rootRatio;
  return sampled ? recorded(name, attributes, fn, kind) : fn(NO_SPAN);
}

/** The W3C traceparent of the current span, where the trace is sampled: what to send along. */
export function currentTraceparent(): string | undefined {
  const current = trace.getActiveSpan()?.spanContext();
  return current === undefined ? undefined : `00-${current.traceId}-${current.spanId}-01`;
}

/**
 * Runs `fn` inside the trace that a message or a call brought along. An absent, malformed or
 * unsampled one takes `fn` out of whatever trace is current, so that a loop which serves many
 * callers does not attribute all its work to the first.
 */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const sampled = (Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED) !== 0 && rootRatio > 0;
  if (!sampled || traceId === undefined || spanId === undefined) {
    return trace.getActiveSpan() === undefined ? fn() : context.with(ROOT_CONTEXT, fn);
  }
  const remote = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return context.with(trace.setSpanContext(ROOT_CONTEXT, remote), fn);
}

function recorded<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => T,
  kind: SpanKindName,
): T {
  const options = { attributes, kind: KINDS[kind] };
  return trace.getTracer('causeway').startActiveSpan(name, options, (active) => {
    let result: T;
    try {
      result = fn(active);
    } catch (error) {
      throw failed(active, error);
    }
    if (!(result instanceof Promise)) {
      active.end();
      return result;
    }
    return result.then(
      (value) => {
        active.end();
        return value;
      },
      (error) => {
        throw failed(active, error);
      },
    ) as T;
  });
}

/** Ends the span with what went wrong. A refusal is an expected answer and no error of the span. */
function failed(active: Span, error: unknown): unknown {
  if (error instanceof Refusal) {
    active.setAttribute('causeway.reason', error.reason);
  } else {
    active.recordException(error instanceof Error ? error : String(error));
    active.setStatus({ code: SpanStatusCode.ERROR });
  }
  active.end();
  return error;
}
