import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { buildName } from './build.ts';

/** Fields first, so that a line can be searched; then a constant message. */
export interface LogMethod {
  (fields: object, message?: string): void;
  (message: string): void;
}

/** JSON lines. An error goes into the field `err`. */
export interface Logger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  fatal: LogMethod;
  /** A logger whose every line also has these fields. */
  child(fields: Record<string, unknown>): Logger;
}

/** Masked wherever somebody logs an object that holds one of them at its top or one level down. */
const MASKED = ['password', 'secret', 'token', 'authorization', 'payment_code', 'private_key'];

/**
 * Lines on stdout with service, instance, version and, inside a sampled span, trace_id and span_id.
 *
 * @param level the least severe level that is written: debug, info, warn, error or fatal
 */
export function stdoutLogger(options: {
  service: string;
  instance: string | undefined;
  level: string;
}): Logger {
  const { service, instance, level } = options;
  return pino({
    level,
    base: { service, ...(instance === undefined ? {} : { instance }), version: buildName() },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: MASKED.flatMap((key) => [key, `*.${key}`]),
      censor: '[secret]',
    },
    mixin: activeTrace,
  });
}

function activeTrace(): object {
  const context = trace.getActiveSpan()?.spanContext();
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
