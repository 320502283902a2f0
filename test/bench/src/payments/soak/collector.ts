import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service has reported of its event loop and its garbage collection. */
export interface LoopReport {
  /** The median of the reported 99th percentiles, and the highest delay of all, in milliseconds. */
  delayP99Ms: number;
  delayMaxMs: number;
  /** Seconds spent in garbage collection since the service started. */
  gcSeconds: number;
}

/** Stands for an operator's OpenTelemetry collector. */
export interface Collector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT shall be. */
  url: string;
  /** By service; only what was reported since the last `forget`, but for sums. */
  reports(): Map<string, LoopReport>;
  forget(): void;
  close(): void;
}

interface DataPoint {
  asDouble?: number;
  sum?: number;
}

interface Metric {
  name: string;
  gauge?: { dataPoints: DataPoint[] };
  histogram?: { dataPoints: DataPoint[] };
}

interface Sent {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeMetrics: { metrics: Metric[] }[];
  }[];
}

const MS_PER_S = 1_000;

/** Listens on loopback for metrics as JSON over HTTP; traces are taken and forgotten. */
export async function startCollector(): Promise<Collector> {
  const services = new Map<string, { p99Ms: number[]; maxMs: number; gcSeconds: number }>();
  const take = (sent: Sent) => {
    for (const { resource, scopeMetrics } of sent.resourceMetrics) {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      const service = name?.value.stringValue ?? '';
      const known = services.get(service) ?? { p99Ms: [], maxMs: 0, gcSeconds: 0 };
      services.set(service, known);
      const metrics = scopeMetrics.flatMap(({ metrics }) => metrics);
      const gauges = (wanted: string) => valuesOf(metrics, wanted).map((value) => value * MS_PER_S);
      known.p99Ms.push(...gauges('nodejs.eventloop.delay.p99'));
      known.maxMs = Math.max(known.maxMs, ...gauges('nodejs.eventloop.delay.max'));
      const collections = sumsOf(metrics, 'v8js.gc.duration');
      if (collections !== undefined) known.gcSeconds = collections;
    }
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url === '/v1/metrics') take(JSON.parse(body));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    reports: () =>
      new Map(
        [...services].map(([service, { p99Ms, maxMs, gcSeconds }]) => [
          service,
          { delayP99Ms: middleOf(p99Ms), delayMaxMs: maxMs, gcSeconds },
        ]),
      ),
    forget() {
      for (const known of services.values()) Object.assign(known, { p99Ms: [], maxMs: 0 });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function valuesOf(metrics: readonly Metric[], wanted: string): number[] {
  return metrics
    .filter(({ name }) => name === wanted)
    .flatMap(({ gauge }) => gauge?.dataPoints ?? [])
    .flatMap(({ asDouble }) => asDouble ?? []);
}

function sumsOf(metrics: readonly Metric[], wanted: string): number | undefined {
  const found = metrics.find(({ name }) => name === wanted)?.histogram;
  return found?.dataPoints.reduce((total, { sum = 0 }) => total + sum, 0);
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
