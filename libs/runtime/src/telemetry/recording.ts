import { tracing, useTelemetry } from './start.ts';

/** A finished span, as far as tests care. */
export interface RecordedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** The spans that it is linked to. */
  links: string[];
  attributes: Record<string, unknown>;
  failed: boolean;
}

/** One series of one metric; a histogram's value is how many values it holds. */
export interface RecordedPoint {
  name: string;
  unit: string;
  attributes: Record<string, unknown>;
  value: number;
}

/** Keeps the telemetry of this process in memory until it is stopped. */
export interface TelemetryRecording {
  spans(): RecordedSpan[];
  points(): Promise<RecordedPoint[]>;
  stop(): Promise<void>;
}

/**
 * Records instead of exporting. One recording at a time, since telemetry belongs to the process.
 *
 * @param ratio the share (0 to 1) of roots that are sampled
 */
export async function recordTelemetry(ratio = 1): Promise<TelemetryRecording> {
  const traces = await import('@opentelemetry/sdk-trace-node');
  const metrics = await import('@opentelemetry/sdk-metrics');
  const spans = new traces.InMemorySpanExporter();
  const points = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: points,
    exportIntervalMillis: 3_600_000,
  });
  const stop = useTelemetry(
    new traces.NodeTracerProvider({
      ...tracing(new traces.AlwaysOnSampler()),
      spanProcessors: [new traces.SimpleSpanProcessor(spans)],
    }),
    new metrics.MeterProvider({ readers: [reader] }),
    ratio,
  );
  return {
    stop,
    spans: () =>
      spans.getFinishedSpans().map((span) => ({
        name: span.name,
        traceId: span.spanContext().traceId,
        spanId: span.spanContext().spanId,
        parentSpanId: span.parentSpanContext?.spanId,
        links: span.links.map((link) => link.context.spanId),
        attributes: span.attributes,
        failed: span.status.code === 2,
      })),
    async points() {
      points.reset();
      await reader.forceFlush();
      return points
        .getMetrics()
        .flatMap((resource) => resource.scopeMetrics)
        .flatMap((scope) => scope.metrics)
        .flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            name: descriptor.name,
            unit: descriptor.unit,
            attributes,
            value: typeof value === 'number' ? value : value.count,
          })),
        );
    },
  };
}
