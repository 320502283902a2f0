import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../refusal.ts';
import { counter, histogram } from './instruments.ts';
import { recordTelemetry, type TelemetryRecording } from './recording.ts';
import { startTelemetry } from './start.ts';
import { currentTraceparent, rootSpan, span, withTraceparent } from './trace.ts';

const tested = counter('test.things', { unit: '{thing}', description: 'Things that were tested.' });
const lasted = histogram('test.duration', { unit: 's', description: 'How long a test took.' });

let recording: TelemetryRecording | undefined;
afterEach(async () => {
  await recording?.stop();
  recording = undefined;
});

describe('without telemetry', () => {
  it('spans only call through, and instruments do nothing', async () => {
    tested.add(1);
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

  it('are not begun below an unsampled root', async () => {
    recording = await recordTelemetry(0);
    expect(rootSpan('root', {}, () => span('child', {}, () => currentTraceparent()))).toBe(
      undefined,
    );
    expect(recording.spans()).toEqual([]);
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
    rootSpan('priced', {}, () => tested.add(1));
    await stop();
    collector.close();
    expect(received.get('/v1/traces')).toContain('"priced"');
    expect(received.get('/v1/traces')).toContain('"fx-1"');
    expect(received.get('/v1/metrics')).toContain('"test.things"');
  });
});
