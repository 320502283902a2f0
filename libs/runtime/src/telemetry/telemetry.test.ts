import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../refusal.ts';
import { counter, histogram } from './instruments.ts';
import { recordTelemetry, type TelemetryRecording } from './recording.ts';
import { startTelemetry } from './start.ts';
import {
  currentTraceparent,
  detail,
  linkedSpan,
  rootSpan,
  sampledTraceparent,
  span,
  withTraceparent,
} from './trace.ts';

const tested = counter('test.things', {
  unit: '{thing}',
  description: 'Things that were tested.',
  attributes: ['outcome'],
});
const lasted = histogram('test.duration', { unit: 's', description: 'How long a test took.' });

let recording: TelemetryRecording | undefined;
afterEach(async () => {
  await recording?.stop();
  recording = undefined;
});

describe('without telemetry', () => {
  it('spans only call through, and instruments do nothing', async () => {
    tested.add(1, { outcome: 'good' });
    expect(rootSpan('a', {}, () => currentTraceparent())).toBeUndefined();
    expect(await span('a', {}, async () => 7)).toBe(7);
  });

  it('loads nothing without an endpoint', async () => {
    await expect(
      (await startTelemetry({ service: 't', instance: undefined }, {}))(),
    ).resolves.toBeUndefined();
  });
});

describe('spans', () => {
  it('nest, and end when their promise settles', async () => {
    recording = await recordTelemetry();
    await rootSpan('outer', { kind: 'x' }, async () => {
      await span('inner', {}, async () => {});
    });
    const [inner, outer] = recording.spans();
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer?.spanId });
    expect(outer).toMatchObject({ name: 'outer', attributes: { kind: 'x' }, failed: false });
  });

  it('say what failed, and call a refusal no failure', async () => {
    recording = await recordTelemetry();
    const failing = rootSpan('broken', {}, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    const refusing = () =>
      rootSpan('refused', {}, () => {
        throw new Refusal('OVERLOADED', 'later');
      });
    expect(refusing).toThrow(Refusal);
    expect(recording.spans()).toMatchObject([
      { name: 'broken', failed: true },
      { name: 'refused', failed: false, attributes: { 'causeway.reason': 'OVERLOADED' } },
    ]);
  });

  it('are not made in an unsampled trace, and cost nobody an id', async () => {
    recording = await recordTelemetry(0);
    const inner = () => span('child', {}, () => currentTraceparent());
    const traceparent = rootSpan('root', {}, inner);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(rootSpan('root', {}, () => sampledTraceparent())).toBeUndefined();
    expect(recording.spans()).toEqual([]);
  });

  it('are made of what fails in an unsampled trace, under the ids that others were told', async () => {
    recording = await recordTelemetry(0);
    let told: string | undefined;
    const failing = rootSpan('root', { a: 1 }, async (root) => {
      root.set('b', 2);
      told = currentTraceparent();
      await span('fine', {}, async () => {});
      // As another process would, which was told where it is.
      await withTraceparent(told, () =>
        span('served', {}, () => Promise.reject(new Error('broken')), { kind: 'server' }),
      );
    });
    await expect(failing).rejects.toThrow('broken');
    const [served, root] = recording.spans();
    expect(recording.spans()).toHaveLength(2);
    expect(told).toBe(`00-${root?.traceId}-${root?.spanId}-00`);
    expect(root).toMatchObject({
      name: 'root',
      failed: true,
      parentSpanId: undefined,
      attributes: { a: 1, b: 2, 'error.type': 'Error' },
    });
    expect(served).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  });

  it('are not made of refusals, and of so many failures in a second and no more', async () => {
    recording = await recordTelemetry(0);
    const refused = () =>
      rootSpan('refused', {}, () => {
        throw new Refusal('OVERLOADED', 'later');
      });
    expect(refused).toThrow(Refusal);
    expect(recording.spans()).toEqual([]);
    for (let i = 0; i < 500; i += 1) rootSpan('failing', {}, (root) => root.fail('INTERNAL'));
    expect(recording.spans().length).toBeGreaterThan(100);
    expect(recording.spans().length).toBeLessThanOrEqual(400);
    const points = await recording.points();
    const [exported, dropped] = ['failures', 'failures_dropped'].map(
      (name) => points.find((point) => point.name === `causeway.traces.${name}`)?.value ?? 0,
    );
    expect(Number(exported) + Number(dropped)).toBe(500);
  });

  it('continue the trace of a traceparent, and leave their own without one', async () => {
    recording = await recordTelemetry();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const carried = withTraceparent(traceparent, () => span('child', {}, currentTraceparent));
    expect(carried).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
    expect(recording.spans()).toMatchObject([{ parentSpanId: 'b'.repeat(16) }]);
    const left = rootSpan('root', {}, () => withTraceparent(undefined, currentTraceparent));
    expect(left).toBeUndefined();
    expect(withTraceparent('00-nonsense', currentTraceparent)).toBeUndefined();
  });

  it('of several traces are in one of their own, linked to each', async () => {
    recording = await recordTelemetry(0);
    const links = ['1', '2'].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`);
    linkedSpan('batch', {}, () => detail('step', {}, () => {}), { kind: 'consumer', links });
    const [step, batch] = recording.spans();
    expect(batch).toMatchObject({
      parentSpanId: undefined,
      links: ['1'.repeat(16), '2'.repeat(16)],
    });
    expect(step).toMatchObject({ name: 'step', parentSpanId: batch?.spanId });
    linkedSpan('batch of nobody', {}, () => detail('step', {}, () => {}), { links: [] });
    expect(recording.spans()).toHaveLength(2);
  });
});

describe('instruments', () => {
  it('report once telemetry is started, though declared before', async () => {
    recording = await recordTelemetry();
    tested.add(2, { outcome: 'good' });
    lasted.record(0.2);
    lasted.record(0.4);
    expect(await recording.points()).toEqual([
      { name: 'test.things', unit: '{thing}', attributes: { outcome: 'good' }, value: 2 },
      { name: 'test.duration', unit: 's', attributes: {}, value: 2 },
    ]);
  });
});

describe('Prometheus', () => {
  it('is shown names with units, and which service and instance they are of', async () => {
    const port = await freePort();
    const stop = await startTelemetry(
      { service: 'fx', instance: 'fx-1' },
      { METRICS_ADDRESS: `${port}` },
    );
    tested.add(3, { outcome: 'good' });
    lasted.record(0.3);
    const labels = 'service_name="fx",causeway_instance="fx-1"';
    const shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(shown).toContain(`test_things_total{outcome="good",${labels}} 3`);
    expect(shown).toContain(`test_duration_seconds_bucket{${labels},le="0.5"} 1`);
    expect(shown).toMatch(/^target_info\{.*service_namespace="causeway"/m);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    // There is nowhere to send a trace, so none is begun.
    expect(rootSpan('root', {}, currentTraceparent)).toBeUndefined();
    await stop();
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
  });

  it('alone takes no traces, and logs know theirs where a ratio is set', async () => {
    const stop = await startTelemetry(
      { service: 'fx', instance: undefined },
      { METRICS_ADDRESS: `${await freePort()}`, CAUSEWAY_TRACE_RATIO: '0.5' },
    );
    // Sampled it is not: there is nowhere to send it.
    expect(rootSpan('root', {}, currentTraceparent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    await stop();
  });

  it('is not served at an address that is none, or taken', async () => {
    const source = { service: 't', instance: undefined };
    await expect(startTelemetry(source, { METRICS_ADDRESS: 'somewhere' })).rejects.toThrow(
      'METRICS_ADDRESS',
    );
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startTelemetry(source, { METRICS_ADDRESS: `${port}` })).rejects.toThrow(
      `cannot listen on ${port}`,
    );
    taken.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('export', () => {
  it('sends traces and metrics with the name of the service', async () => {
    const received = new Map<string, string>();
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.set(request.url ?? '', body);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const stop = await startTelemetry(
      { service: 'fx', instance: 'fx-1' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`, CAUSEWAY_TRACE_RATIO: '1' },
    );
    rootSpan('priced', {}, () => tested.add(1, { outcome: 'good' }));
    await stop();
    collector.close();
    expect(received.get('/v1/traces')).toContain('"priced"');
    expect(received.get('/v1/traces')).toContain('"fx-1"');
    expect(received.get('/v1/metrics')).toContain('"test.things"');
  });
});
