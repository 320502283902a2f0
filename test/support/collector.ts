import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was received. */
export interface ReceivedSpan {
  /** The service that it came from. */
  service: string;
  traceId: string;
  spanId: string;
  /** Empty where it began its trace. */
  parentSpanId: string;
  name: string;
  kind: SpanKind;
  /** The spans that it is linked to. */
  links: string[];
  failed: boolean;
  attributes: Record<string, string>;
}

/** What a span is one end of. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** By OTLP's number. */
const KINDS: readonly SpanKind[] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

/** OTLP's number of a status that is an error. */
const ERROR = 2;

/** Stands for an OpenTelemetry collector and keeps what it is sent. */
export interface Collector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT shall be. */
  url: string;
  spans(): ReceivedSpan[];
  /** The names of the metrics of a service. */
  metricsOf(service: string): Set<string>;
  /** Everything that was sent, as it was sent. */
  bodies(): string;
  close(): void;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

interface Resource {
  resource: { attributes: Attribute[] };
}

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  links?: { spanId: string }[];
  status?: { code?: number };
  attributes: Attribute[];
}

interface Traces {
  resourceSpans: (Resource & { scopeSpans: { spans: SentSpan[] }[] })[];
}

interface Metrics {
  resourceMetrics: (Resource & { scopeMetrics: { metrics: { name: string }[] }[] })[];
}

/** Listens on loopback for OTLP as JSON over HTTP. */
export async function startCollector(): Promise<Collector> {
  const received: { path: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url ?? '', body });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sent = <T>(path: string): T[] =>
    received.filter((each) => each.path === path).map(({ body }) => JSON.parse(body));
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => sent<Traces>('/v1/traces').flatMap(spansIn),
    metricsOf: (service) =>
      new Set(sent<Metrics>('/v1/metrics').flatMap((metrics) => namesIn(metrics, service))),
    bodies: () => received.map(({ body }) => body).join('\n'),
    close: () => server.close(),
  };
}

function spansIn({ resourceSpans }: Traces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes)['service.name'] ?? '';
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ traceId, spanId, parentSpanId = '', name, kind, links = [], ...rest }) => ({
        ...{ service, traceId, spanId, parentSpanId, name },
        kind: KINDS[kind] ?? 'internal',
        links: links.map((link) => link.spanId),
        failed: rest.status?.code === ERROR,
        attributes: valuesOf(rest.attributes),
      }));
  });
}

function namesIn({ resourceMetrics }: Metrics, service: string): string[] {
  return resourceMetrics
    .filter(({ resource }) => valuesOf(resource.attributes)['service.name'] === service)
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics.map(({ name }) => name));
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue ?? '')]),
  );
}
