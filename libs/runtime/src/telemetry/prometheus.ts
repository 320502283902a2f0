import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Serves `/metrics` for Prometheus. */
export interface PrometheusEndpoint {
  /** What the meters are read by. */
  reader: MetricReader;
  port: number;
  close(): void;
}

/** One of Prometheus asks every few seconds; more than a few at once is a mistake. */
const MAX_CONNECTIONS = 16;
const REQUEST_TIMEOUT_MS = 10_000;

/** Which parts of the resource are a label of every series: what a query tells services apart by. */
const CONSTANT_LABELS = /^(service\.name|causeway\.instance)$/;

/**
 * Listens on `host:port`, or on loopback where only a port is given, and answers `GET /metrics`
 * with every instrument in Prometheus' text format. Throws where it cannot listen.
 */
export async function servePrometheus(address: string): Promise<PrometheusEndpoint> {
  const { PrometheusExporter, PrometheusSerializer } = await import(
    '@opentelemetry/exporter-prometheus'
  );
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, CONSTANT_LABELS, false, true);
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    reader.collect().then(
      ({ resourceMetrics }) => {
        response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
        response.end(serializer.serialize(withUnits(resourceMetrics)));
      },
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  // Whoever scrapes must not keep a process from ending.
  server.unref();
  const { host, port } = addressIn(address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`METRICS_ADDRESS: cannot listen on ${address}`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  return {
    reader,
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function addressIn(address: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined) {
    throw new RangeError(`METRICS_ADDRESS must be a port or host:port, not ${address}`);
  }
  const bare = host.replace(/^\[|\]$/g, '');
  return { host: isIPv6(bare) ? bare : host, port: Number(port) };
}

/** The words that Prometheus' conventions have for units; those in braces are none. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  By: 'bytes',
  '%': 'percent',
  '1': 'ratio',
};

/**
 * The name of a metric with its unit, as OpenTelemetry's rules for Prometheus want it and as
 * Prometheus names what it is sent by OTLP; so one query fits both ways. The exporter leaves it out.
 */
function nameWithUnit(name: string, unit: string): string {
  const word = UNIT_WORDS[unit];
  return word === undefined || name.endsWith(`.${word}`) ? name : `${name}.${word}`;
}

/** What Prometheus calls an instrument: a histogram's series have `_bucket` and the like behind it. */
export function prometheusName(instrument: { kind: string; name: string; unit: string }): string {
  const name = nameWithUnit(instrument.name, instrument.unit).replace(/[^A-Za-z0-9_]+/g, '_');
  return instrument.kind === 'counter' && !name.endsWith('_total') ? `${name}_total` : name;
}

function withUnits(metrics: ResourceMetrics): ResourceMetrics {
  return {
    ...metrics,
    scopeMetrics: metrics.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map((metric) => {
        const { descriptor } = metric;
        const name = nameWithUnit(descriptor.name, descriptor.unit);
        return { ...metric, descriptor: { ...descriptor, name } };
      }),
    })),
  };
}
