import { armFailpoints, plant } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, expect, test, vi } from 'vitest';
import {
  count,
  fact,
  facts,
  intoInbox,
  keyOf,
  migrations,
  natsForTests,
  put,
  untilCount,
} from './fixture.ts';
import { type Fact, replay, retryParked } from './index.ts';

const [{ db }, world] = await Promise.all([testDatabase(migrations), natsForTests()]);
afterEach(async () => {
  plant('');
  armFailpoints('');
  await world.clean(db);
});

const isPoison = (one: Fact) => new TextDecoder().decode(one.payload).startsWith('poison');

test('a fact arrives as it was queued', async () => {
  const received: Fact[] = [];
  world.publisher(db, { pollMs: 20 });
  world.consumer(db, { handle: async (batch) => void received.push(...batch) });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await put(db, [{ ...fact('traced'), traceparent }, fact('plain')]);
  await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 10_000 });
  expect(received.map((one) => ({ ...one, payload: new Uint8Array(one.payload) }))).toEqual(
    expect.arrayContaining([{ ...fact('traced'), traceparent }, fact('plain')]),
  );
});

test('what was published before the consumer came is delivered to it', async () => {
  world.publisher(db, { pollMs: 20 });
  await put(db, facts('earlier', 300));
  await untilCount(db, 'event_queue', 0);
  world.consumer(db, { maxBatch: 64 });
  await untilCount(db, 'inbox', 300);
});

test('only wanted subjects are handled, whoever filters', async () => {
  const other = { ...fact('other'), subject: 'causeway.test.coin.melted.v1' };
  world.publisher(db, { pollMs: 20 });
  world.consumer(db, { durable: 'one', subjects: ['causeway.test.*.struck.v1'] });
  const second: string[] = [];
  world.consumer(db, {
    durable: 'two',
    subjects: ['causeway.test.coin.melted.v1', 'causeway.elsewhere.>'],
    handle: async (batch) => void second.push(...batch.map((one) => one.factId)),
  });
  await put(db, [fact('wanted'), other]);
  await untilCount(db, 'inbox', 1);
  await vi.waitFor(() => expect(second).toEqual([other.factId]));
  expect(await db.query('SELECT subject FROM inbox')).toEqual([
    { subject: fact('wanted').subject },
  ]);
});

test('published twice and delivered twice, a fact has one effect', async () => {
  const publisher = world.publisher(db, { pollMs: 20 });
  // The row stays after the acknowledgement, as after a crash in between.
  armFailpoints('events.published=error@1');
  await put(db, facts('twice', 1));
  // The effect is committed and the acknowledgement is not sent.
  armFailpoints('events.published=error@1;events.handled=error@1');
  world.consumer(db);
  publisher.notify();
  await untilCount(db, 'event_queue', 0);
  await vi.waitFor(async () => expect(await count(db, 'deliveries')).toBeGreaterThan(1));
  expect(await count(db, 'inbox')).toBe(1);
});

test('what a consumer that went away had not acknowledged goes to the next', async () => {
  world.publisher(db, { pollMs: 20 });
  let release = () => {};
  const hangs = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hanging = vi.fn(() => hangs);
  world.consumer(db, { ackWaitMs: 1_000, handle: hanging });
  await put(db, facts('redelivered', 20));
  await vi.waitFor(() => expect(hanging).toHaveBeenCalled(), { timeout: 10_000 });
  world.consumer(db, { ackWaitMs: 1_000 });
  await untilCount(db, 'inbox', 20);
  release();
});

test('a poison message is parked with its error while the others flow', async () => {
  let tries = 0;
  const handle = async (batch: Fact[]) => {
    if (batch.some(isPoison)) {
      if (batch.length === 1) tries += 1;
      throw new Error('cannot be digested');
    }
    await intoInbox(db, batch);
  };
  world.publisher(db, { pollMs: 20 });
  world.consumer(db, { handle, maxTries: 3 });
  await put(db, [...facts('good', 20), fact('poison'), ...facts('fine', 20)]);
  await untilCount(db, 'inbox', 40);
  await untilCount(db, 'parked_events', 1);
  expect(tries).toBe(3);
  expect(await db.query('SELECT fact_id, error, tries FROM parked_events')).toEqual([
    { fact_id: fact('poison').factId, error: 'Error: cannot be digested', tries: 3 },
  ]);
  const alarm = world.runtime.logged.filter((entry) => entry.level === 'error');
  expect(alarm).toEqual([expect.objectContaining({ message: expect.stringMatching(/parked/) })]);

  expect(await retryParked(db, 'inbox', handle)).toEqual({ handled: 0, failed: 1 });
  expect(await retryParked(db, 'inbox', (batch) => intoInbox(db, batch))).toEqual({
    handled: 1,
    failed: 0,
  });
  expect(await count(db, 'parked_events')).toBe(0);
  expect(await count(db, 'inbox')).toBe(41);
});

test('a failing database parks nothing, however long it fails', async () => {
  let failures = 0;
  world.publisher(db, { pollMs: 20 });
  world.consumer(db, {
    maxTries: 1,
    handle: async (batch) => {
      failures += 1;
      if (failures < 5) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      await intoInbox(db, batch);
    },
  });
  await put(db, facts('patient', 10));
  await untilCount(db, 'inbox', 10);
  expect(await count(db, 'parked_events')).toBe(0);
});

test('after the storage was wiped a replay brings everything, and consumers go on', async () => {
  world.publisher(db, { pollMs: 20 });
  const all = facts('replayed', 500);
  await put(db, all);
  await untilCount(db, 'event_queue', 0);
  await world.wipe();
  world.consumer(db);
  async function* pages() {
    for (let i = 0; i < all.length; i += 100) yield all.slice(i, i + 100).map(keyOf);
  }
  const progress: number[] = [];
  for await (const offered of replay(db, pages())) progress.push(offered);
  expect(progress).toEqual([100, 200, 300, 400, 500]);
  await untilCount(db, 'inbox', 500);
});

test('a consumer outlives the loss of its stream', async () => {
  world.publisher(db, { pollMs: 20 });
  world.consumer(db);
  await put(db, facts('first', 10));
  await untilCount(db, 'inbox', 10);
  await world.wipe();
  await put(db, facts('second', 10));
  await untilCount(db, 'inbox', 20, 25_000);
});

test('a consumer that dies before its commit loses nothing', async () => {
  world.publisher(db, { pollMs: 20 });
  let died = false;
  const first = world.consumer(db, {
    handle: async () => {
      died = true;
      throw new Error('died');
    },
  });
  await put(db, [fact('kept')]);
  await vi.waitFor(() => expect(died).toBe(true), { timeout: 5_000 });
  await first.stop();
  world.consumer(db);
  await untilCount(db, 'inbox', 1);
});

test('it loses what it had, and no more, where it is made to acknowledge before', async () => {
  plant('event-acked-before-commit');
  world.publisher(db, { pollMs: 20 });
  world.consumer(db);
  await put(db, [fact('lost')]);
  await untilCount(db, 'event_queue', 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await put(db, [fact('kept')]);
  await untilCount(db, 'inbox', 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await count(db, 'inbox')).toBe(1);
});
