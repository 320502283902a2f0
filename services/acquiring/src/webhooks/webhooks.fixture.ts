import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '@causeway/db';
import { type Runtime, Secret } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { afterAll, vi } from 'vitest';
import { appendFacts } from '../feed/append.ts';
import { encodedFact, type Told } from '../feed/facts.fixture.ts';
import { FeedHints } from '../feed/hints.ts';
import { projectionOf } from '../feed/project.ts';
import { Courier } from './courier.ts';
import { poster } from './post.ts';
import { hostResolve, type TargetPolicy } from './target.ts';

/** One message as it came to a target. */
export interface Received {
  path: string;
  id: string;
  headers: Record<string, string>;
  body: string;
}

/** How a target answers the n-th message under a path, counted from 0. */
export type Answering = (response: ServerResponse, n: number) => void;

export const answering =
  (...statuses: number[]): Answering =>
  (response, n) => {
    response.statusCode = statuses[Math.min(n, statuses.length - 1)] ?? 200;
    response.end('seen');
  };

/** A real HTTP server whose paths answer as they are told. */
export async function testTarget() {
  const received: Received[] = [];
  const answers = new Map<string, Answering>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    const before = received.filter((one) => one.path === path).length;
    received.push({
      ...{ path, id: String(request.headers['webhook-id']) },
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    });
    (answers.get(path) ?? answering(200))(response, before);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    answer: (path: string, how: Answering) => void answers.set(path, how),
    at: (path: string) => received.filter((one) => one.path === path),
  };
}

/** The real clock, which a test may set ahead. */
export function movableRuntime(): Runtime & { ahead(ms: number): void } {
  const host = quietRuntime('acquiring');
  let aheadMs = 0;
  const nowMs = () => host.clock.nowMs() + aheadMs;
  return {
    ...host,
    clock: { nowMs, now: () => new Date(nowMs()), monotonicMs: () => host.clock.monotonicMs() },
    ahead: (ms) => {
      aheadMs += ms;
    },
  };
}

/** Long enough for a busy machine, short enough to be waited for. */
const DEADLINE_MS = 2_000;

export const KEYS = [{ id: 'k1', key: new Secret<Uint8Array>(Buffer.alloc(32, 7)) }];
export const ANYWHERE: TargetPolicy = { allowPrivate: true, resolve: hostResolve };

/** Webhooks on a test's own database, with a deadline that a test can wait for. */
export function testWebhooks(db: Database, policy = ANYWHERE) {
  const runtime = movableRuntime();
  const hints = new FeedHints();
  const running = new Set<Courier>();
  const startCourier = (perWebhook = 4) => {
    const { clock, timers } = runtime;
    const { post, close } = poster({ timers, clock, policy, deadlineMs: DEADLINE_MS });
    const courier = new Courier({
      ...{ db, runtime, hints, keys: KEYS, post },
      ...{ maxInFlight: 64, maxInFlightPerWebhook: perWebhook },
    });
    running.add(courier);
    return async () => {
      running.delete(courier);
      await courier.stop();
      close();
    };
  };
  return {
    ...{ runtime, hints, startCourier },
    webhooks: { db, runtime, keys: KEYS, policy },
    tell: (facts: readonly Told[]) =>
      appendFacts(
        { db, hints },
        facts.map((fact) => projectionOf(encodedFact(fact))),
      ),
    /** Sets the clock ahead and has the couriers look. */
    later: (ms: number) => {
      runtime.ahead(ms);
      hints.tell('nobody');
    },
    until: (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 20 }),
  };
}
