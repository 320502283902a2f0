import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LinkProxy } from './proxy.ts';

let echo: Server;
let address: string;
let proxy: LinkProxy;
let sockets: Socket[];
beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  address = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
});
afterAll(() => echo.close());
beforeEach(async () => {
  sockets = [];
  proxy = await LinkProxy.to(address, () => 0.5);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

/** A connection, what it has received, and how it ended. */
function dial(): { socket: Socket; heard: () => string; ended: Promise<string> } {
  const socket = connect(Number(proxy.address.split(':')[1]), '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('error', ({ message }) => resolve(message));
    socket.on('end', () => resolve('end'));
  });
  return { socket, heard: () => received, ended };
}

async function hears(heard: () => string, expected: string): Promise<void> {
  for (let tries = 0; tries < 200 && heard() !== expected; tries += 1) await sleep(10);
  expect(heard()).toBe(expected);
}

test('it passes on what both say, and the end', async () => {
  const { socket, heard, ended } = dial();
  socket.write('one');
  await hears(heard, 'one');
  socket.end('two');
  await hears(heard, 'onetwo');
  expect(await ended).toBe('end');
  expect(proxy.connections).toBe(0);
});

test('it delays', async () => {
  proxy.set({ kind: 'delay', ms: 60, jitterMs: 40 });
  const { socket, heard } = dial();
  const startedMs = performance.now();
  socket.write('late');
  await hears(heard, 'late');
  // There and back, each 60 ms and half of 40.
  expect(performance.now() - startedMs).toBeGreaterThan(150);
});

test.each(['callee', 'caller', 'both'] as const)(
  'silent at %s it keeps connections, and nothing is lost when it clears',
  async (at) => {
    const before = dial();
    before.socket.write('before');
    await hears(before.heard, 'before');
    proxy.set({ kind: 'silent', at });
    const during = dial();
    before.socket.write(' during');
    during.socket.write('new');
    await sleep(60);
    expect([before.heard(), during.heard()]).toEqual(['before', '']);
    expect(proxy.connections).toBe(2);
    proxy.set({ kind: 'clear' });
    await hears(before.heard, 'before during');
    await hears(during.heard, 'new');
  },
);

test('it cuts those that stand by chance, also where it is silent', async () => {
  const cut = dial();
  cut.socket.write('x');
  await hears(cut.heard, 'x');
  proxy.set({ kind: 'silent', at: 'both' });
  expect(proxy.cut(0.4)).toBe(0);
  expect(proxy.cut(0.6)).toBe(1);
  expect(await cut.ended).toContain('ECONNRESET');
  expect(proxy.connections).toBe(0);
});

test('it refuses, and counts whom', async () => {
  proxy.set({ kind: 'refuse' });
  expect(await dial().ended).toContain('ECONNRESET');
  expect([proxy.accepted, proxy.connections]).toEqual([1, 0]);
});

test('a callee that is down is a reset for the caller', async () => {
  proxy.leadTo('127.0.0.1:9');
  expect(await dial().ended).toContain('ECONNRESET');
});

test('it leads new connections to two in turn', async () => {
  const loud = createServer((socket) => socket.end('loud'));
  loud.listen(0, '127.0.0.1');
  await once(loud, 'listening');
  proxy.leadTo(`127.0.0.1:${(loud.address() as AddressInfo).port}`, address);
  const [first, second] = [dial(), dial()];
  second.socket.write('echo');
  await hears(first.heard, 'loud');
  await hears(second.heard, 'echo');
  loud.close();
});
