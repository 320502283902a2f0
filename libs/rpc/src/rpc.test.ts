import { once } from 'node:events';
import { connect as tlsConnect } from 'node:tls';
import { Refusal, rootSpan } from '@causeway/runtime';
import { recordTelemetry } from '@causeway/runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Certificates, ECHO_ACCESS, Echo } from './echo.fixture.ts';
import { isUnknownOutcome, RpcFailure } from './failures.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';

let certificates: Certificates;
let echo: Echo;

beforeAll(async () => {
  certificates = await Certificates.issue();
});
afterAll(() => certificates.remove());
beforeEach(() => {
  echo = new Echo(certificates);
});
afterEach(() => echo.stop());

/** The error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('the call did not fail');
  return error;
}

describe.each(['unary', 'coalesced'] as const)('a %s call', (mode) => {
  it('is answered, by a handler that knows who calls', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    const texts = Array.from({ length: 500 }, (_, i) => `text ${i}`);
    const answers = await Promise.all(texts.map((text) => client.say({ text })));
    expect(answers.map(({ text }) => text)).toEqual(texts);
    expect(echo.seen[0]?.identity).toEqual({ kind: 'service', id: 'routing' });
    expect(echo.seen[0]?.deadlineMs).toBeGreaterThan(echo.runtime.clock.nowMs());
  });

  it("reads the caller's certificate once in a connection's life", async () => {
    const client = echo.connect(await echo.serve(), { mode });
    for (const text of ['first', 'second']) await client.say({ text });
    const [first, second] = echo.seen.map(({ identity }) => identity);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  it('brings back a refusal with all that it carries', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    const error = await errorOf(client.say({ text: 'refuse' }));
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({
      reason: 'NOT_TODAY',
      message: 'come back tomorrow',
      fields: [{ field: 'text', description: 'is a refusal' }],
      metadata: { day: 'tomorrow' },
      retryAfterMs: 1_500,
    });
    expect(isUnknownOutcome(error)).toBe(false);
  });

  it('tells of a defect only that there was one, and logs it', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    const error = await errorOf(client.say({ text: 'break' }));
    expect(error).toMatchObject({ code: 'INTERNAL', unknownOutcome: true });
    expect(error.message).not.toContain('secret');
    expect(echo.runtime.logged).toMatchObject([
      { level: 'error', fields: { method: '/test.Echo/Say' } },
    ]);
  });

  it('is refused where it cannot be decoded', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    expect(await errorOf(client.say({ text: 'circular' }))).toMatchObject({
      reason: 'MALFORMED_REQUEST',
    });
    expect(echo.seen).toEqual([]);
  });

  it('is refused before it is sent where it is too large', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    const text = 'x'.repeat(MAX_MESSAGE_BYTES);
    expect(await errorOf(client.say({ text }))).toMatchObject({ reason: 'MESSAGE_TOO_LARGE' });
    const large = 'x'.repeat(MAX_MESSAGE_BYTES - 100);
    expect(await client.say({ text: large })).toEqual({ text: large });
  });

  it('ends at its deadline with an unknown outcome, and tells its handler', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    await client.say({ text: 'warm' });
    const error = await errorOf(client.say({ text: 'wait' }, { timeoutMs: 60 }));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', unknownOutcome: true });
    await expect.poll(() => echo.seen[1]?.signal.aborted).toBe(true);
    const late = client.say({ text: 'late' }, { deadlineMs: echo.runtime.clock.nowMs() - 1 });
    expect(await errorOf(late)).toMatchObject({ reason: 'DEADLINE_PASSED' });
    expect(echo.seen).toHaveLength(2);
  });

  it('ends when its caller gives it up', async () => {
    const client = echo.connect(await echo.serve(), { mode });
    await client.say({ text: 'warm' });
    const controller = new AbortController();
    const waiting = errorOf(client.say({ text: 'wait' }, { signal: controller.signal }));
    await expect.poll(() => echo.seen.length).toBe(2);
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'CANCELLED', unknownOutcome: true });
  });

  it('fails as known where nothing listens', async () => {
    const server = await echo.serve();
    await server.drain();
    const error = await errorOf(echo.connect(server, { mode }).say({ text: 'hello' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', unknownOutcome: false });
    // Whoever asks the log learns of whom, of which call and why, once and not for each call.
    const told = echo.runtime.logged.filter(({ message }) => message?.startsWith('calls to'));
    expect(told).toMatchObject([
      { level: 'warn', fields: { method: '/test.Echo/Say', reason: error.message } },
    ]);
    expect(told[0]?.message).toContain(`:${server.port} `);
  });

  it('goes to another server where one does not answer', async () => {
    const gone = await echo.serve();
    await gone.drain();
    const client = echo.connect([gone.port, (await echo.serve()).port], { mode });
    for (let i = 0; i < 4; i += 1) expect(await client.say({ text: 'hi' })).toEqual({ text: 'hi' });
  });

  it('is refused when too many are under way', async () => {
    const client = echo.connect(await echo.serve(), { mode, maxInFlight: 2 });
    const pausing = [client.say({ text: 'pause' }), client.say({ text: 'pause' })];
    expect(await errorOf(client.say({ text: 'third' }))).toMatchObject({
      reason: 'OVERLOADED',
      retryAfterMs: 50,
    });
    await Promise.all(pausing);
    await client.say({ text: 'fourth' });
  });

  it('carries the trace, and records what the server did', async () => {
    const recording = await recordTelemetry();
    try {
      const client = echo.connect(await echo.serve(), { mode });
      await rootSpan('root', {}, () => client.say({ text: 'traced' }));
      const [server, outgoing, root] = recording.spans();
      expect(recording.spans()).toHaveLength(3);
      expect(server).toMatchObject({ name: 'test.Echo/Say', parentSpanId: outgoing?.spanId });
      expect(outgoing).toMatchObject({ name: 'test.Echo/Say', parentSpanId: root?.spanId });
      expect(await recording.points()).toContainEqual({
        name: 'rpc.server.call.duration',
        unit: 's',
        attributes: {
          'rpc.system.name': 'grpc',
          'rpc.method': 'test.Echo/Say',
          'rpc.status_code': 'OK',
        },
        value: 1,
      });
    } finally {
      await recording.stop();
    }
  });

  it('tells failures of a trace that is not sampled, hanging together', async () => {
    const recording = await recordTelemetry(0);
    try {
      const client = echo.connect(await echo.serve(), { mode });
      await rootSpan('root', {}, () => client.say({ text: 'fine' }));
      expect(recording.spans()).toEqual([]);
      const failing = rootSpan('root', {}, () => client.say({ text: 'break' }));
      await expect(failing).rejects.toThrow();
      const [server, outgoing, root] = recording.spans();
      expect(recording.spans()).toHaveLength(3);
      expect(root).toMatchObject({ name: 'root', failed: true, parentSpanId: undefined });
      expect(outgoing).toMatchObject({ name: 'test.Echo/Say', parentSpanId: root?.spanId });
      expect(server).toMatchObject({
        parentSpanId: root?.spanId,
        traceId: root?.traceId,
        attributes: { 'rpc.status_code': 'INTERNAL', 'error.type': 'INTERNAL' },
      });
    } finally {
      await recording.stop();
    }
  });

  it('is refused to a caller of the wrong kind', async () => {
    const tls = certificates.of('ops');
    const client = echo.connect(await echo.serve(), { mode, tls });
    expect(await errorOf(client.say({ text: 'hello' }))).toMatchObject({
      reason: 'CALLER_NOT_ALLOWED',
    });
    expect(echo.seen).toEqual([]);
  });

  it('reaches no server whose certificate is a partner’s', async () => {
    const server = await echo.serve({ tls: certificates.of('acq-sg') });
    const error = await errorOf(echo.connect(server, { mode }).say({ text: 'hello' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    const expecting = echo.connect(server, { mode, peerKinds: ['partner'] });
    expect(await expecting.say({ text: 'hello' })).toEqual({ text: 'hello' });
  });

  it('reaches a partner by its own certificate, and by that of no other partner', async () => {
    const server = await echo.serve({ tls: certificates.of('acq-sg') });
    const peerKinds = ['partner'] as const;
    const right = echo.connect(server, { mode, peerKinds, peerId: 'acq-sg' });
    expect(await right.say({ text: 'hello' })).toEqual({ text: 'hello' });
    const wrong = echo.connect(server, { mode, peerKinds, peerId: 'acq-jp' });
    expect(await errorOf(wrong.say({ text: 'hello' }))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is finished by a server that drains', async () => {
    const server = await echo.serve();
    const client = echo.connect(server, { mode });
    await client.say({ text: 'warm' });
    const pausing = client.say({ text: 'pause' });
    await expect.poll(() => echo.seen.length).toBe(2);
    const drained = server.drain();
    expect(await pausing).toEqual({ text: 'pause' });
    await drained;
  });
});

describe('a database that is away', () => {
  it('makes calls fail as UNAVAILABLE, and one line in the log of each end', async () => {
    const client = echo.connect(await echo.serve({ isAway: () => true }));
    for (let i = 0; i < 3; i += 1) {
      const error = await errorOf(client.say({ text: 'break' }));
      expect(error).toMatchObject({ code: 'UNAVAILABLE', unknownOutcome: true });
      expect(error.message).not.toContain('secret');
    }
    expect(echo.runtime.logged).toMatchObject([
      { level: 'warn', fields: { reason: 'a secret detail', method: '/test.Echo/Say' } },
      { level: 'warn', fields: { method: '/test.Echo/Say' } },
    ]);
  });
});

describe('a drain', () => {
  it('is not held up by a connection that nobody answers on', async () => {
    const server = await echo.serve();
    const frozen = tlsConnect({
      ...certificates.of('routing'),
      port: server.port,
      host: '127.0.0.1',
      ALPNProtocols: ['h2'],
      checkServerIdentity: () => undefined,
    });
    await once(frozen, 'secureConnect');
    const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    frozen.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), emptySettings]));
    await once(frozen, 'data');
    frozen.pause();
    const startMs = performance.now();
    await server.drain();
    expect(performance.now() - startMs).toBeLessThan(3_000);
    expect(echo.runtime.logged).toEqual([]);
    frozen.destroy();
  });
});

describe('callers', () => {
  it('without a certificate, or with one of another authority, reach nothing', async () => {
    const server = await echo.serve();
    const { ca } = certificates.of('fx');
    const nameless = echo.connect(server, { tls: { ca } });
    expect(await errorOf(nameless.say({ text: 'hello' }))).toMatchObject({ code: 'UNAVAILABLE' });
    const others = await Certificates.issue();
    const tls = { ...others.of('routing'), ca };
    const stranger = echo.connect(server, { tls });
    expect(await errorOf(stranger.say({ text: 'hello' }))).toMatchObject({ code: 'UNAVAILABLE' });
    others.remove();
    expect(echo.seen).toEqual([]);
  });

  it('need a scope, which a grant may give or take', async () => {
    const server = await echo.serve({
      grants: { 'partner/lp-1': ['rates.publish'], 'service/routing': [] },
    });
    const lp = echo.connect(server, { tls: certificates.of('lp-1') });
    expect(await collect(lp.chat(from('a', 'b')))).toEqual(['you said a', 'you said b']);
    const partner = echo.connect(server, { tls: certificates.of('acq-sg') });
    expect(await errorOf(collect(partner.chat(from('a'))))).toMatchObject({
      reason: 'SCOPE_MISSING',
      metadata: { scope: 'rates.publish' },
    });
    const robbed = echo.connect(server);
    expect(await errorOf(robbed.say({ text: 'a' }))).toMatchObject({ reason: 'SCOPE_MISSING' });
  });

  it('bring a token to the listener for apps', async () => {
    const server = await echo.serve({
      appPort: 0,
      verifyToken: async (token) =>
        token === 'good' ? { kind: 'wallet', id: 'app', walletId: 'w-1' } : undefined,
    });
    const { ca } = certificates.of('fx');
    const app = (token?: string) =>
      echo.connect(server.appPort ?? 0, {
        tls: { ca },
        ...(token === undefined ? {} : { token: () => token }),
      });
    expect(await app('good').say({ text: 'hello' })).toEqual({ text: 'hello' });
    expect(echo.seen[0]?.identity).toEqual({ kind: 'wallet', id: 'app', walletId: 'w-1' });
    for (const client of [app('bad'), app()]) {
      expect(await errorOf(client.say({ text: 'hello' }))).toMatchObject({
        reason: 'CALLER_UNKNOWN',
      });
    }
    expect(await errorOf(collect(app('good').repeat({ text: 'a' })))).toMatchObject({
      reason: 'CALLER_NOT_ALLOWED',
    });
  });

  it('meet no method without a rule: the server does not start', async () => {
    const { '/test.Echo/Chat': _, ...access } = ECHO_ACCESS;
    await expect(echo.serve({ access })).rejects.toThrow('/test.Echo/Chat declares no access rule');
  });
});

describe('streams', () => {
  it('end with a typed reason too', async () => {
    const client = echo.connect(await echo.serve());
    expect(await collect(client.repeat({ text: 'a' }))).toEqual(['a 0', 'a 1', 'a 2']);
    const texts: string[] = [];
    const refused = (async () => {
      for await (const { text } of client.repeat({ text: 'refuse' })) texts.push(text);
    })();
    expect(await errorOf(refused)).toMatchObject({ reason: 'NOT_TODAY' });
    expect(texts).toEqual(['refuse 0']);
  });

  it('are ended by a drain, and by a reader who leaves', async () => {
    const server = await echo.serve();
    const client = echo.connect(server);
    for await (const { text } of client.repeat({ text: 'for ever' })) {
      if (text === 'for ever 1') break;
    }
    await expect.poll(() => echo.seen[0]?.signal.aborted).toBe(true);
    const watching = errorOf(collect(client.repeat({ text: 'for ever' })));
    await expect.poll(() => echo.seen.length).toBe(2);
    await server.drain();
    expect(await watching).toMatchObject({ code: 'UNAVAILABLE', unknownOutcome: true });
  });

  it('of requests take no more of them in a drain, and answer those that they have', async () => {
    const server = await echo.serve({ grants: { 'service/routing': ['rates.publish'] } });
    async function* endless() {
      yield { text: 'a' };
      await new Promise(() => {});
    }
    const texts: string[] = [];
    const chatting = (async () => {
      for await (const { text } of echo.connect(server).chat(endless())) texts.push(text);
    })();
    const ended = errorOf(chatting);
    await expect.poll(() => texts).toEqual(['you said a']);
    const startMs = performance.now();
    await server.drain();
    expect(performance.now() - startMs).toBeLessThan(400);
    expect(await ended).toMatchObject({ code: 'UNAVAILABLE', unknownOutcome: true });
  });

  it('fail with what their requests failed with', async () => {
    const server = await echo.serve({ grants: { 'service/routing': ['rates.publish'] } });
    async function* failing() {
      yield { text: 'a' };
      throw new RpcFailure('ABORTED', 'no more');
    }
    expect(await errorOf(collect(echo.connect(server).chat(failing())))).toMatchObject({
      code: 'ABORTED',
    });
  });
});

async function* from(...texts: string[]) {
  for (const text of texts) yield { text };
}

async function collect(responses: AsyncIterable<{ text: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of responses) texts.push(text);
  return texts;
}
