import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { quietRuntime } from '@causeway/runtime/testing';
import { afterAll, expect, test } from 'vitest';
import { poster } from './post.ts';

const { clock, timers } = quietRuntime();
const policy = { allowPrivate: true, resolve: async () => ['127.0.0.1'] };
const { post, close } = poster({ timers, clock, policy, deadlineMs: 500 });
const servers: Server[] = [];
afterAll(() => {
  close();
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://hooks.example.com:${(server.address() as AddressInfo).port}/`;
}

const http = (answer: RequestListener) => listening(createServer(answer));
/** A server that answers whatever it is sent with these bytes. */
const raw = (bytes: string, thenEnds = false) =>
  listening(
    createSocketServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => (thenEnds ? socket.end(bytes) : socket.write(bytes)));
    }),
  );

test.each<[string, () => Promise<string>, { status: number; error: string }]>([
  ['2xx', () => http((_, response) => response.writeHead(202).end()), { status: 202, error: '' }],
  [
    'an error',
    () => http((_, response) => response.writeHead(404).end('who?')),
    { status: 404, error: 'HTTP 404' },
  ],
  [
    'a body without end',
    () => http((_, response) => void response.writeHead(200).write('x')),
    { status: 200, error: '' },
  ],
  [
    'a body that is too long',
    () => http((_, response) => response.writeHead(200).end('x'.repeat(1 << 20))),
    { status: 200, error: '' },
  ],
  ['nothing', () => raw(''), { status: 0, error: 'no answer within 0.5 s' }],
  ['an end', () => raw('', true), { status: 0, error: 'socket hang up' }],
  [
    'another protocol',
    () => raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    { status: 0, error: 'the connection was closed without an answer' },
  ],
  [
    'no HTTP',
    () => raw('SSH-2.0-OpenSSH\r\n\r\n'),
    { status: 0, error: expect.stringContaining('Parse Error') },
  ],
  [
    'headers without end',
    () => raw(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1 << 17)}`),
    { status: 0, error: expect.stringContaining('Header overflow') },
  ],
])('%s', async (_what, start, expected) => {
  const url = await start();
  expect(await post(url, {}, '{}')).toEqual({ retryAfterMs: 0, ...expected });
});

test('Retry-After is heard as seconds and as a moment', async () => {
  const later = new Date(Date.now() + 60_000).toUTCString();
  for (const [header, least, most] of [
    ['120', 120_000, 120_000],
    [later, 55_000, 60_000],
    ['soon', 0, 0],
  ] as const) {
    const url = await http((_, response) => {
      response.writeHead(503, { 'retry-after': header }).end();
    });
    const { retryAfterMs } = await post(url, {}, '{}');
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  }
});
