import { createHmac, randomBytes } from 'node:crypto';
import { quietRuntime } from '@causeway/runtime/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Received } from './mailbox.ts';
import { openReceiver, type WebhookReceiver } from './receiver.ts';

const KEY = randomBytes(24);
const SECRET = `whsec_${KEY.toString('base64')}`;
const runtime = quietRuntime();

let receiver: WebhookReceiver;
let url: string;
beforeAll(async () => {
  receiver = await openReceiver(runtime, '127.0.0.1', 0);
  url = `http://127.0.0.1:${receiver.port}/mailboxes/`;
});
afterAll(() => receiver.close());

const open = (name: string, terms: object) =>
  fetch(url + name, { method: 'PUT', body: JSON.stringify(terms) });

async function send(name: string, { key = KEY, secondsAgo = 0, body = '{"a":1}' } = {}) {
  const timestamp = String(Math.floor(runtime.clock.nowMs() / 1_000) - secondsAgo);
  const signature = createHmac('sha256', key).update(`m-1.${timestamp}.${body}`).digest('base64');
  const { status } = await fetch(url + name, {
    method: 'POST',
    headers: {
      'webhook-id': 'm-1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${randomBytes(32).toString('base64')} v1,${signature}`,
    },
    body,
  });
  return status;
}

async function received(name: string) {
  const shown = (await (await fetch(url + name)).json()) as { received: Received[] };
  return shown.received;
}

it('takes what is signed with the secret and shows it as it came', async () => {
  expect((await open('good', { secret: SECRET })).status).toBe(200);
  expect(await send('good', { body: '{"b":"香港"}' })).toBe(200);
  expect(await received('good')).toEqual([
    { id: 'm-1', status: 200, problem: '', body: '{"b":"香港"}' },
  ]);
});

it('refuses what another signed and what is too old', async () => {
  await open('bad', { secret: SECRET });
  expect(await send('bad', { key: randomBytes(24) })).toBe(401);
  expect(await send('bad', { secondsAgo: 400 })).toBe(401);
  expect(await received('bad')).toMatchObject([
    { problem: 'no signature is by this secret' },
    { problem: 'its time has passed' },
  ]);
});

it('fails as often as it was told to, and takes a new secret', async () => {
  await open('failing', { secret: SECRET, failures: 2 });
  expect([await send('failing'), await send('failing'), await send('failing')]).toEqual([
    500, 500, 200,
  ]);
  const other = randomBytes(24);
  await open('failing', { secret: `whsec_${other.toString('base64')}` });
  expect([await send('failing'), await send('failing', { key: other })]).toEqual([401, 200]);
});

it('knows only mailboxes that were opened, and takes no terms that it cannot read', async () => {
  expect(await send('nobody')).toBe(404);
  expect((await fetch(`${url}UPPER`)).status).toBe(404);
  expect((await open('unread', { secret: 1 })).status).toBe(400);
  expect((await fetch(`${url}unread`, { method: 'PUT', body: '[' })).status).toBe(400);
});
