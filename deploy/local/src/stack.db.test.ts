import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from './process.ts';
import type { Link } from './reach.ts';
import type { ServiceSpec } from './services.ts';
import { type Stack, type StackOptions, startStack } from './stack.ts';

/** Stands for a service: it says over HTTP what its environment is, and keeps the ready line. */
const PROGRAM = `
const http = require('node:http');
const { LISTEN_PORT, APP_PORT, CAUSEWAY_INSTANCE: service } = process.env;
const [port, appPort] = [Number(LISTEN_PORT), Number(APP_PORT)];
const server = http.createServer((_, answer) => answer.end(JSON.stringify(process.env)));
server.listen(port, '127.0.0.1', () => {
  if (process.env.BROKEN) { console.error('no such setting'); process.exit(1); }
  console.log(JSON.stringify({ ready: true, service, port, appPort }));
});
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();
`;

let folder: string;
let services: ServiceSpec[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-stack-'));
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'program.js'), PROGRAM);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  const program = join(folder, 'program');
  services = [
    { name: 'mint', program, database: true, peers: [], appPort: true },
    { name: 'till', program, database: false, peers: ['mint'] },
  ];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (name: string, more: Partial<StackOptions> = {}): Promise<Stack> =>
  startStack({ state: join(folder, name), services, callers: [], quiet: true, ...more });

async function environmentOf(address: string | undefined): Promise<Record<string, string>> {
  const response = await fetch(`http://${address}/`);
  return JSON.parse(await response.text());
}

test('a service finds its peers, its database and its certificate, and comes back on its port', async () => {
  const stack = await start('first', { env: { CAUSEWAY_PLANT: 'nothing' } });
  const till = await environmentOf(stack.endpoints.till);
  expect(till.MINT_ADDRESS).toBe(stack.endpoints.mint);
  expect(till.MINT_APP_ADDRESS).toBe(stack.endpoints.mint_app);
  expect(till.DATABASE_URL).toBeUndefined();
  expect(till.CAUSEWAY_PLANT).toBe('nothing');
  const mint = await environmentOf(stack.endpoints.mint);
  expect(mint.DATABASE_URL).toBe(stack.databases.mint);
  expect(existsSync(join(mint.TLS_DIR ?? '', 'key.pem'))).toBe(true);
  expect(mint.METRICS_ADDRESS).toBeUndefined();
  const told = JSON.parse(readFileSync(join(stack.state, 'endpoints.json'), 'utf8'));
  expect(told).toEqual(stack.endpoints);

  await stack.processes.kill('mint');
  await expect(environmentOf(stack.endpoints.mint)).rejects.toThrow();
  await stack.processes.restart('mint', { CAUSEWAY_FAILPOINTS: 'somewhere=crash' });
  expect((await environmentOf(stack.endpoints.mint)).CAUSEWAY_FAILPOINTS).toBe('somewhere=crash');
  await stack.processes.restart('mint');
  expect((await environmentOf(stack.endpoints.mint)).CAUSEWAY_FAILPOINTS).toBeUndefined();
  expect(stack.deaths).toEqual([]);

  await expect(start('first')).rejects.toThrow('a stack is running');
  await stack.stop();
  expect(existsSync(join(stack.state, 'endpoints.json'))).toBe(false);
});

test('a service reaches others, Postgres and NATS where it is told to', async () => {
  const reach = async ({ caller, callee, address }: Link) =>
    `127.0.0.${caller === 'mint' ? 2 : 3}:${callee.length}${address.slice(-2)}`;
  const stack = await start('fourth', { reach });
  const [mint, till] = [stack.endpoints.mint, stack.endpoints.till];
  const told = await environmentOf(till);
  expect(told.MINT_ADDRESS).toBe(`127.0.0.3:4${mint?.slice(-2)}`);
  expect(told.MINT_APP_ADDRESS).toBe(`127.0.0.3:8${stack.endpoints.mint_app?.slice(-2)}`);
  expect(new URL(told.NATS_URL ?? '').host).toBe(`127.0.0.3:4${stack.natsUrl.slice(-2)}`);
  const own = new URL((await environmentOf(mint)).DATABASE_URL ?? '');
  const direct = new URL(stack.databases.mint ?? '');
  expect(own.host).toBe(`127.0.0.2:8${direct.port.slice(-2)}`);
  expect([own.password, own.pathname]).toEqual([direct.password, direct.pathname]);
  await stack.stop();
});

test('two stacks run side by side, and a death is noticed', async () => {
  const [one, two] = await Promise.all([
    start('first'),
    start('second', { restart: true, metrics: true }),
  ]);
  expect(one.endpoints.mint).not.toBe(two.endpoints.mint);
  const till = await environmentOf(two.endpoints.till);
  expect(till.METRICS_ADDRESS).toBe(two.metrics.till);
  const targets = JSON.parse(readFileSync(join(two.state, 'prometheus-targets.json'), 'utf8'));
  expect(targets).toContainEqual({
    targets: [two.metrics.till],
    labels: { job: 'causeway', instance: 'till' },
  });
  for (const stack of [one, two]) process.kill(stack.processes.pid('till') ?? 0, 'SIGKILL');
  await pause(2_000);
  expect(one.deaths).toEqual(['till died: killed by SIGKILL']);
  expect(one.processes.pid('till')).toBeUndefined();
  expect((await environmentOf(two.endpoints.till)).CAUSEWAY_INSTANCE).toBe('till');
  await Promise.all([one.stop(), two.stop()]);
});

test('a service that does not start is shown with what it said, and nothing stays up', async () => {
  const failing = start('third', { env: { BROKEN: 'yes' } });
  await expect(failing).rejects.toThrow(
    /mint did not start: exited with code 1\n.*no such setting/,
  );
  const again = await start('third');
  await again.stop();
});
