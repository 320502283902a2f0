import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Runtime } from '@causeway/runtime';
import { Mailbox } from './mailbox.ts';

/** A server that listens. */
export interface WebhookReceiver {
  port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 262_144;
const MAX_MAILBOXES = 1_000;
const MAILBOX = /^\/mailboxes\/([a-z0-9-]{1,64})$/;
const HTTP = { ok: 200, badRequest: 400, unknown: 404, tooLarge: 413, full: 507 } as const;

/**
 * A small HTTP server that plays the acquirers' web servers. At `/mailboxes/<name>`, PUT of
 * `{"secret":"whsec_…","failures":0}` opens a mailbox or changes its terms, POST is a webhook's
 * message, GET answers what was received as JSON.
 */
export async function openReceiver(
  runtime: Runtime,
  host: string,
  port: number,
): Promise<WebhookReceiver> {
  const post = new PostRoom(runtime.clock);
  const server = createServer((request, response) => {
    post.handle(request, response).catch((err) => {
      runtime.log.warn({ err }, 'a request to the webhook receiver broke');
      response.destroy();
    });
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class PostRoom {
  readonly #mailboxes = new Map<string, Mailbox>();

  constructor(private readonly clock: Clock) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name] = MAILBOX.exec(request.url ?? '') ?? [];
    const body = await bodyOf(request);
    if (name === undefined) return answer(response, HTTP.unknown);
    if (body === undefined) return answer(response, HTTP.tooLarge);
    if (request.method === 'PUT') return answer(response, this.#open(name, body));
    const mailbox = this.#mailboxes.get(name);
    if (mailbox === undefined) return answer(response, HTTP.unknown);
    if (request.method === 'GET') {
      return answer(response, HTTP.ok, { received: mailbox.received() });
    }
    const header = (key: string) => String(request.headers[key] ?? '');
    const message = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signatures: header('webhook-signature'),
      body,
    };
    return answer(response, mailbox.receive(message, this.clock.nowMs()));
  }

  #open(name: string, body: string): number {
    const { secret, failures = 0 } = parsed(body);
    if (typeof secret !== 'string' || typeof failures !== 'number') return HTTP.badRequest;
    const mailbox = this.#mailboxes.get(name);
    if (mailbox === undefined && this.#mailboxes.size >= MAX_MAILBOXES) return HTTP.full;
    if (mailbox === undefined) this.#mailboxes.set(name, new Mailbox({ secret, failures }));
    else mailbox.change({ secret, failures });
    return HTTP.ok;
  }
}

/** The whole body as text; undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function parsed(body: string): { secret?: unknown; failures?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function answer(response: ServerResponse, status: number, body: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
