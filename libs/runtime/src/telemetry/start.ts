import { context, type Meter, propagation, trace } from '@opentelemetry/api';
import { BUILD } from '../build.ts';
import type { Env } from '../config.ts';
import { watchEventLoop } from './event-loop.ts';
import { bindInstruments } from './instruments.ts';
import { sampleRoots } from './trace.ts';

/** Who the telemetry is about. */
export interface TelemetrySource {
  service: string;
  instance: string | undefined;
}

/** Sends what is left and stops. */
export type StopTelemetry = () => Promise<void>;

const DEFAULT_TRACE_RATIO = 0.01;
const EXPORT_INTERVAL_MS = 10_000;
const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Sends traces and metrics by OTLP (JSON over HTTP) to OTEL_EXPORTER_OTLP_ENDPOINT. Where that is
 * not set nothing is loaded, and spans and instruments do nothing.
 *
 * CAUSEWAY_TRACE_RATIO (0 to 1, default 0.01) is the share of traces that are sampled, decided at
 * their root.
 */
export async function startTelemetry(source: TelemetrySource, env: Env): Promise<StopTelemetry> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return async () => {};
  const ratio = Number(env.CAUSEWAY_TRACE_RATIO ?? DEFAULT_TRACE_RATIO);
  if (!(ratio >= 0 && ratio <= 1)) throw new RangeError('CAUSEWAY_TRACE_RATIO must be in [0, 1]');

  // Packages are named here and not in a module of ours: a bundler would lift that module's
  // imports to the top of the service, which then pays for them at every start.
  const [traces, metrics, resources, traceExporter, metricExporter] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  const resource = resources.resourceFromAttributes({
    'service.namespace': 'causeway',
    'service.name': source.service,
    'service.version': BUILD.version,
    'vcs.ref.head.revision': BUILD.commit,
    ...(source.instance === undefined ? {} : { 'service.instance.id': source.instance }),
  });
  const base = endpoint.replace(/\/+$/, '');
  const exported = (path: string) => ({ url: base + path, timeoutMillis: EXPORT_TIMEOUT_MS });
  const tracerProvider = new traces.NodeTracerProvider({
    resource,
    spanProcessors: [
      new traces.BatchSpanProcessor(new traceExporter.OTLPTraceExporter(exported('/v1/traces'))),
    ],
  });
  const meterProvider = new metrics.MeterProvider({
    resource,
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new metricExporter.OTLPMetricExporter(exported('/v1/metrics')),
        exportIntervalMillis: EXPORT_INTERVAL_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const stop = useTelemetry(tracerProvider, meterProvider, ratio);
  const stopWatching = watchEventLoop(EXPORT_INTERVAL_MS / 2);
  return () => {
    stopWatching();
    return stop();
  };
}

interface TracerProvider {
  register(): void;
  shutdown(): Promise<void>;
}

interface MeterProvider {
  getMeter(name: string): Meter;
  shutdown(): Promise<void>;
}

/** Makes spans and instruments report to these providers until the answer is called. */
export function useTelemetry(
  tracerProvider: TracerProvider,
  meterProvider: MeterProvider,
  ratio: number,
): StopTelemetry {
  tracerProvider.register();
  bindInstruments(meterProvider.getMeter('causeway'));
  sampleRoots(ratio);
  return async () => {
    sampleRoots(0);
    bindInstruments(undefined);
    trace.disable();
    context.disable();
    propagation.disable();
    await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
  };
}
