import {
  type Attributes,
  type AttributeValue,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { Refusal } from '../refusal.ts';

/** A span as whoever runs inside it sees it, whether it is sampled or not. */
export interface TracedSpan {
  /** Adds to what is known of it. */
  set(name: string, value: AttributeValue): void;
  /**
   * Marks it as failed where what it runs answers its failure instead of throwing it.
   *
   * @param type `error.type`: a status code, or the name of an error
   */
  fail(type: string, error?: unknown): void;
}

/** What a span is made of. */
export interface Made {
  tracer: Tracer;
  name: string;
  attributes: Attributes;
  kind: SpanKind;
  links: Link[] | undefined;
}

/** Swallows what is said to it. */
export const NO_SPAN: TracedSpan = { set: () => {}, fail: () => {} };

/** Runs `fn` in a span that is exported, ended when `fn`'s promise settles. */
export function recorded<T>(made: Made, fn: (span: TracedSpan) => T): T {
  const { tracer, name } = made;
  return tracer.startActiveSpan(name, spanOptions(made), (active) => {
    const span: TracedSpan = {
      set: (key, value) => void active.setAttribute(key, value),
      fail: (type, error) => markFailed(active, type, error),
    };
    return settled(
      () => fn(span),
      () => active.end(),
      (error) => {
        markError(active, error);
        active.end();
      },
    );
  });
}

/** Makes a span of something that is over and went wrong, and ends it now. */
export function recordFailure(
  made: Made,
  failure: { type: string; error: unknown; startedMs: number; parent: Context },
): void {
  const options = { ...spanOptions(made), startTime: failure.startedMs };
  const span = made.tracer.startSpan(made.name, options, failure.parent);
  markFailed(span, failure.type, failure.error);
  span.end();
}

/** Calls `fn` and tells how it ended, now or once its promise settles. */
export function settled<T>(fn: () => T, done: () => void, failed: (error: unknown) => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    failed(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    done();
    return result;
  }
  return result.then(
    (value) => {
      done();
      return value;
    },
    (error) => {
      failed(error);
      throw error;
    },
  ) as T;
}

/** What `error.type` says of an error: its gRPC or SQL code where it has one. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.name;
}

function spanOptions({ attributes, kind, links }: Made) {
  return { attributes, kind, ...(links && { links }) };
}

/** A refusal is an expected answer and no error of the span. */
function markError(span: Span, error: unknown): void {
  if (error instanceof Refusal) span.setAttribute('causeway.reason', error.reason);
  else markFailed(span, errorType(error), error);
}

function markFailed(span: Span, type: string, error: unknown): void {
  span.setAttribute('error.type', type);
  if (error !== undefined) span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
