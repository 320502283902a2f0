import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METHOD_ACCESS } from '@causeway/proto/access';
import { Refusal } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { issueCertificates } from '../../../deploy/local/src/certificates.ts';
import { type Client, type ConnectOptions, connect } from './client.ts';
import { type Call, type Handlers, implement } from './definitions.ts';
import { type RpcServer, type ServeOptions, serve } from './server.ts';
import { readTls, type TlsFiles } from './tls.ts';

/** What a test says, and what comes back. */
interface Said {
  text: string;
}

const encode = (value: Said) =>
  Buffer.from(value.text === 'circular' ? '{' : JSON.stringify(value));
const decode = (bytes: Buffer): Said => JSON.parse(bytes.toString()) as Said;

const codec = {
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
};

/** A service in the shape that ts-proto generates, with a codec of its own. */
export const EchoService = {
  say: { path: '/test.Echo/Say', requestStream: false, responseStream: false, ...codec },
  repeat: { path: '/test.Echo/Repeat', requestStream: false, responseStream: true, ...codec },
  chat: { path: '/test.Echo/Chat', requestStream: true, responseStream: true, ...codec },
} as const;

/** Nobody but a service or a wallet may speak; only a partner with a scope of its own may chat. */
export const ECHO_ACCESS: NonNullable<ServeOptions['access']> = {
  ...METHOD_ACCESS,
  '/test.Echo/Say': { callers: ['service', 'wallet', 'partner'], scope: 'rates.read' },
  '/test.Echo/Repeat': { callers: ['service'], scope: 'internal' },
  '/test.Echo/Chat': { callers: ['service', 'partner'], scope: 'rates.publish' },
};

/** Says back what it hears, unless a word tells it otherwise. */
function echoHandlers(seen: Call[] = []): Handlers<typeof EchoService> {
  return {
    async say(request, call) {
      seen.push(call);
      switch (request.text) {
        case 'refuse':
          throw new Refusal('NOT_TODAY', 'come back tomorrow', {
            fields: [{ field: 'text', description: 'is a refusal' }],
            metadata: { day: 'tomorrow' },
            retryAfterMs: 1_500,
          });
        case 'break':
          throw new Error('a secret detail');
        case 'wait':
          await new Promise((_, reject) => {
            call.signal.addEventListener('abort', () => reject(call.signal.reason));
          });
          return request;
        case 'swell':
          return { text: 'x'.repeat(2 << 20) };
        case 'pause':
          await new Promise((resolve) => setTimeout(resolve, 200));
          return request;
        default:
          return request;
      }
    },
    async *repeat(request, call) {
      seen.push(call);
      for (let i = 0; request.text === 'for ever' || i < 3; i += 1) {
        yield { text: `${request.text} ${i}` };
        if (request.text === 'refuse') throw new Refusal('NOT_TODAY', 'enough');
        if (i > 5) await new Promise(() => {});
      }
    },
    async *chat(requests) {
      for await (const { text } of requests) yield { text: `you said ${text}` };
    },
  };
}

/** Certificates of a few callers under one authority, in a folder of their own. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'causeway-rpc-'));

  static async issue(): Promise<Certificates> {
    const certificates = new Certificates();
    await issueCertificates(certificates.#folder, [
      { kind: 'service', id: 'fx' },
      { kind: 'service', id: 'routing' },
      { kind: 'partner', id: 'acq-sg' },
      { kind: 'partner', id: 'lp-1' },
      { kind: 'operator', id: 'ops' },
    ]);
    return certificates;
  }

  of(id: string): Required<TlsFiles> {
    return readTls(join(this.#folder, id));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Servers and clients of the echo service, all gone after `stop`. */
export class Echo {
  readonly runtime = quietRuntime('echo');
  readonly seen: Call[] = [];
  readonly #running: (() => unknown)[] = [];

  constructor(readonly certificates: Certificates) {}

  async serve(options: Partial<ServeOptions> = {}): Promise<RpcServer> {
    const server = await serve({
      runtime: this.runtime,
      services: [implement(EchoService, echoHandlers(this.seen))],
      tls: this.certificates.of('fx'),
      host: '127.0.0.1',
      port: 0,
      reasons: { NOT_TODAY: 'FAILED_PRECONDITION' },
      access: ECHO_ACCESS,
      drainTimeoutMs: 500,
      ...options,
    });
    this.#running.push(() => server.drain());
    return server;
  }

  connect(
    to: RpcServer | number | readonly number[],
    options: Partial<ConnectOptions> = {},
  ): Client<typeof EchoService> {
    const ports = typeof to === 'number' ? [to] : 'port' in to ? [to.port] : to;
    const client = connect(EchoService, {
      runtime: this.runtime,
      address: ports.map((port) => `127.0.0.1:${port}`),
      tls: this.certificates.of('routing'),
      mode: 'unary',
      defaultDeadlineMs: 5_000,
      ...options,
    });
    this.#running.push(() => client.close());
    return client;
  }

  async stop(): Promise<void> {
    for (const stop of this.#running.reverse()) await stop();
  }
}
