import { hostname } from 'node:os';
import { context, type Meter, propagation, type Tracer, trace } from '@opentelemetry/api';
import { BUILD } from '../build.ts';
import type { Env } from '../config.ts';
import { watchEventLoop } from './event-loop.ts';
import { bindInstruments } from './instruments.ts';
import { servePrometheus } from './prometheus.ts';
import { spanIds } from './span-ids.ts';
import { traceWith } from './trace.ts';

/** Who the telemetry is about. */
export interface TelemetrySource {
  service: string;
  instance: string | undefined;
}

/** Sends what is left and stops. */
export type StopTelemetry = () => Promise<void>;

/** What all our spans and instruments name as their origin. */
const SCOPE = 'causeway';
const DEFAULT_TRACE_RATIO = 0.01;
const EXPORT_INTERVAL_MS = 10_000;
const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Sends traces and metrics by OTLP (JSON over HTTP) to OTEL_EXPORTER_OTLP_ENDPOINT, and shows metrics
 * to Prometheus at METRICS_ADDRESS (`host:port`, or a port on loopback). Where neither is set nothing
 * is loaded, and spans and instruments do nothing; without the first no traces are sent.
 *
 * CAUSEWAY_TRACE_RATIO (0 to 1, default 0.01) is the share of traces that are sampled, decided at
 * their root. Where it is set and nobody takes traces, they are still begun and handed on, so that the
 * log of each service has the `trace_id` of what it did for a call.
 */
export async function startTelemetry(source: TelemetrySource, env: Env): Promise<StopTelemetry> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  const address = env.METRICS_ADDRESS;
  if (!endpoint && !address) return async () => {};
  const isTraced = Boolean(endpoint) || env.CAUSEWAY_TRACE_RATIO !== undefined;
  const ratio = Number(env.CAUSEWAY_TRACE_RATIO ?? DEFAULT_TRACE_RATIO);
  if (!(ratio >= 0 && ratio <= 1)) throw new RangeError('CAUSEWAY_TRACE_RATIO must be in [0, 1]');

  // Packages are named here and not in a module of ours: a bundler would lift that module's
  // imports to the top of the service, which then pays for them at every start.
  const [metrics, resources, traces] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/resources'),
    isTraced ? import('@opentelemetry/sdk-trace-node') : undefined,
  ]);
  const resource = resources.resourceFromAttributes(attributesOf(source));
  const prometheus = address ? await servePrometheus(address) : undefined;
  const meterProvider = new metrics.MeterProvider({
    resource,
    readers: [
      ...(endpoint ? [await otlpReader(endpoint)] : []),
      ...(prometheus ? [prometheus.reader] : []),
    ],
  });
  const tracerProvider =
    traces &&
    new traces.NodeTracerProvider({
      ...tracing(new traces.AlwaysOnSampler()),
      resource,
      spanProcessors: endpoint ? [new traces.BatchSpanProcessor(await otlpSpans(endpoint))] : [],
    });
  const stop = useTelemetry(tracerProvider, meterProvider, endpoint ? ratio : 0);
  const stopWatching = watchEventLoop(EXPORT_INTERVAL_MS / 2);
  return async () => {
    stopWatching();
    await stop();
    prometheus?.close();
  };
}

/** Two replicas of a service have the same name and instance, and must not share their series. */
function attributesOf({ service, instance }: TelemetrySource): Record<string, string> {
  return {
    'service.namespace': 'causeway',
    'service.name': service,
    'service.version': BUILD.version,
    'vcs.ref.head.revision': BUILD.commit,
    'service.instance.id': `${instance ?? service}@${hostname()}:${process.pid}`,
    ...(instance === undefined ? {} : { 'causeway.instance': instance }),
  };
}

async function otlpReader(endpoint: string) {
  const [{ PeriodicExportingMetricReader }, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ]);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({
      url: `${endpoint}/v1/metrics`,
      timeoutMillis: EXPORT_TIMEOUT_MS,
    }),
    exportIntervalMillis: EXPORT_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}

async function otlpSpans(endpoint: string) {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS });
}

/** As many as a batch of messages has; the SDK would keep half of them. */
const MAX_LINKS = 256;

/** How spans are made: all that are asked for, since whether to sample is decided before. */
export function tracing<Sampler>(everything: Sampler) {
  return {
    sampler: everything,
    idGenerator: spanIds,
    spanLimits: { linkCountLimit: MAX_LINKS },
  };
}

interface TracerProvider {
  register(): void;
  getTracer(name: string): Tracer;
  shutdown(): Promise<void>;
}

interface MeterProvider {
  getMeter(name: string): Meter;
  shutdown(): Promise<void>;
}

/** Makes spans, where there is a provider, and instruments report until the answer is called. */
export function useTelemetry(
  tracerProvider: TracerProvider | undefined,
  meterProvider: MeterProvider,
  ratio: number,
): StopTelemetry {
  tracerProvider?.register();
  bindInstruments(meterProvider.getMeter(SCOPE));
  traceWith(tracerProvider?.getTracer(SCOPE), ratio);
  return async () => {
    traceWith(undefined, 0);
    bindInstruments(undefined);
    trace.disable();
    context.disable();
    propagation.disable();
    await Promise.all([tracerProvider?.shutdown(), meterProvider.shutdown()]);
  };
}
