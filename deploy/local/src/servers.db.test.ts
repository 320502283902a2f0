import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabases, databaseUrl, withClient } from './databases.ts';
import { Guard } from './guard.ts';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { pause } from './process.ts';

let folder: string;
let guards: Guard[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-servers-'));
  chmodSync(folder, 0o711);
  guards = [];
});
afterEach(() => {
  for (const guard of guards) guard.close();
  rmSync(folder, { recursive: true, force: true });
});

function newGuard(): Guard {
  const guard = new Guard();
  guards.push(guard);
  return guard;
}

const postgres = () =>
  startPostgres({
    folder: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    durable: true,
    guard: newGuard(),
  });

const nats = () =>
  startNats({
    folder: join(folder, 'nats'),
    logFile: join(folder, 'nats.log'),
    guard: newGuard(),
    say: () => {},
  });

async function coins(server: string): Promise<unknown[]> {
  const url = databaseUrl(server, 'causeway_mint');
  return withClient(url, async (client) => (await client.query('SELECT * FROM coins')).rows);
}

test('Postgres keeps what was committed when it is killed and started again', async () => {
  const server = await postgres();
  await createDatabases(server.url, ['causeway_mint']);
  await createDatabases(server.url, ['causeway_mint']);
  await withClient(databaseUrl(server.url, 'causeway_mint'), async (client) => {
    await client.query('CREATE TABLE coins (worth bigint)');
    await client.query('INSERT INTO coins VALUES (5)');
    await server.process.kill();
  }).catch(() => {});
  await server.process.start();
  expect(await coins(server.url)).toEqual([{ worth: '5' }]);
  await server.process.stop();
});

test('a start ends the Postgres that a killed start left running', async () => {
  const first = await postgres();
  await createDatabases(first.url, ['causeway_mint']);
  const left = first.process.pid;
  const second = await postgres();
  expect(second.process.pid).not.toBe(left);
  expect(first.process.pid).toBeUndefined();
  await second.process.stop();
  expect(existsSync(join(folder, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
});

test('Postgres wants its password', async () => {
  const server = await postgres();
  const wrong = new URL(server.url);
  wrong.password = 'wrong';
  await expect(withClient(wrong.href, async () => {})).rejects.toThrow(/password/);
  await server.process.stop();
});

test('NATS starts with JetStream, again after a kill, and in place of one left running', async () => {
  const first = await nats();
  await first.process.kill();
  await first.process.start();
  const second = await nats();
  expect(first.process.pid).toBeUndefined();
  expect(readFileSync(join(folder, 'nats.log'), 'utf8')).toContain('JetStream');
  await second.process.stop();
});

test('what a starter leaves behind ends when the starter does', async () => {
  const server = await nats();
  guards[0]?.close();
  for (let waited = 0; server.process.pid !== undefined && waited < 100; waited += 1)
    await pause(50);
  expect(server.process.pid).toBeUndefined();
});
