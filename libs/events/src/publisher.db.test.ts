import { testDatabase } from '@causeway/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, expect, test } from 'vitest';
import {
  commit,
  count,
  fact,
  facts,
  migrations,
  natsForTests,
  put,
  record,
  stream,
  untilCount,
} from './fixture.ts';
import { factsIn } from './messages.ts';
import { queueState } from './queue.ts';

const [{ db }, world] = await Promise.all([testDatabase(migrations), natsForTests()]);
afterEach(() => world.clean(db));

/** The ids of the facts that the stream holds, as often as it holds them. */
async function storedIds(): Promise<string[]> {
  const manager = await jetstreamManager(await world.nats.connection());
  const { first_seq: first, last_seq: last } = (await manager.streams.info(stream.name)).state;
  const ids: string[] = [];
  for (let seq = first; seq <= last; seq += 1) {
    const message = await manager.streams.getMessage(stream.name, { seq });
    if (message === null) continue;
    ids.push(...factsIn(stream.name, message).map(({ factId }) => factId));
  }
  return ids;
}

const stored = async () => (await storedIds()).length;

test('what is committed is published and leaves the queue, what is rolled back never', async () => {
  const publisher = world.publisher(db);
  await put(db, facts('kept', 3));
  const rolledBack = db.transaction(async (tx) => {
    await record(tx, facts('lost', 3));
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  publisher.notify();
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(3);
});

test('a fact that commits after later ones is not skipped', async () => {
  const publisher = world.publisher(db, { pollMs: 20 });
  let commit = () => {};
  const slow = db.transaction(async (tx) => {
    await record(tx, [fact('early')]);
    await new Promise<void>((resolve) => {
      commit = resolve;
    });
  });
  await put(db, facts('late', 5));
  publisher.notify();
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(5);
  commit();
  await slow;
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(6);
});

test('what is committed is published from memory, whatever its size, and once', async () => {
  const publisher = world.publisher(db, { pollMs: 60_000 });
  await commit(db, publisher, facts('first', 1));
  await untilCount(db, 'event_queue', 0);
  const large = facts('large', 40).map((one) => ({ ...one, payload: new Uint8Array(8_000) }));
  await commit(db, publisher, large);
  await commit(db, publisher, facts('small', 300));
  await untilCount(db, 'event_queue', 0);
  const ids = await storedIds();
  expect(ids).toHaveLength(341);
  expect(new Set(ids).size).toBe(341);
});

test('a fact that is too large for NATS is parked, and holds up nothing else', async () => {
  const publisher = world.publisher(db, { pollMs: 20 });
  await put(db, facts('warm', 1));
  await untilCount(db, 'event_queue', 0);
  const huge = (name: string) => ({ ...fact(name), payload: new Uint8Array(1 << 20) });
  await commit(db, publisher, [huge('from memory'), fact('beside')]);
  await put(db, [huge('from the queue')]);
  publisher.notify();
  await untilCount(db, "event_queue WHERE available_at = 'infinity'", 2);
  await commit(db, publisher, facts('after', 3));
  await untilCount(db, 'event_queue', 2);
  expect(await stored()).toBe(5);
  const errors = world.runtime.logged.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(2);
  expect(await queueState(db)).toEqual({ oldestWaitMs: 0, parked: 2 });
});

test('facts whose process died after the commit are found in the queue, and stored once', async () => {
  const publisher = world.publisher(db, { pollMs: 20 });
  await commit(db, publisher, [fact('before')]);
  await untilCount(db, 'event_queue', 0);
  const place = { ...publisher.place(7), claimMs: 1_000 };
  await db.transaction((tx) => record(tx, facts('orphan', 5), place));
  expect(await count(db, 'event_queue')).toBe(1);
  await untilCount(db, 'event_queue', 0);
  // As if the acknowledgement had not been heard of before the death.
  await db.transaction((tx) => record(tx, facts('orphan', 5), { ...place, claimMs: 0 }));
  publisher.notify();
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(6);
});

test('several publishers share a queue without storing anything twice', async () => {
  for (let i = 0; i < 3; i += 1) world.publisher(db, { pollMs: 20 });
  for (let i = 0; i < 10; i += 1) await put(db, facts(`shared-${i}`, 200));
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(2_000);
});

test('a fact whose publisher died with it is published by another when the claim ends', async () => {
  await put(db, [fact('orphan')]);
  await db.query("UPDATE event_queue SET available_at = now() + interval '1 second'");
  world.publisher(db, { pollMs: 50 });
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(1);
});

test('while NATS is down the queue grows, and drains when it is back', async () => {
  const publisher = world.publisher(db, { pollMs: 50, maxInFlight: 64 });
  await put(db, facts('before', 50));
  await untilCount(db, 'event_queue', 0);
  await world.server.process.kill();
  for (let i = 0; i < 20; i += 1) {
    await put(db, facts(`down-${i}`, 50));
    publisher.notify();
  }
  expect(await count(db, 'event_queue')).toBe(20);
  await world.server.process.start();
  await untilCount(db, 'event_queue', 0, 25_000);
  expect(await stored()).toBe(1_050);
});

test('a server that hangs is waited for, and nothing is stored twice', async () => {
  const publisher = world.publisher(db, { pollMs: 50, maxInFlight: 64 });
  await put(db, [fact('before')]);
  await untilCount(db, 'event_queue', 0);
  world.server.process.pause();
  await put(db, facts('hanging', 200));
  publisher.notify();
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  expect(await count(db, 'event_queue')).toBe(1);
  world.server.process.resume();
  await untilCount(db, 'event_queue', 0, 20_000);
  expect(await stored()).toBe(201);
});

test('a stream that was deleted under it is created again', async () => {
  const publisher = world.publisher(db, { pollMs: 50 });
  await put(db, [fact('first')]);
  await untilCount(db, 'event_queue', 0);
  const manager = await jetstreamManager(await world.nats.connection());
  await manager.streams.delete(stream.name);
  await put(db, facts('second', 10));
  publisher.notify();
  await untilCount(db, 'event_queue', 0);
  expect(await stored()).toBe(10);
});

test('changed limits of a stream are applied to the one that is there', async () => {
  await world.publisher(db).stop();
  const later = world.publisher(db, { stream: { ...stream, maxAgeMs: 60_000 }, pollMs: 20 });
  await put(db, [fact('after')]);
  await untilCount(db, 'event_queue', 0);
  const manager = await jetstreamManager(await world.nats.connection());
  expect((await manager.streams.info(stream.name)).config.max_age).toBe(60_000_000_000);
  await later.stop();
});

test('stopping gives back or finishes what it claimed', async () => {
  const publisher = world.publisher(db, { pollMs: 10 });
  for (let i = 0; i < 40; i += 1) await put(db, facts(`stopped-${i}`, 50));
  publisher.notify();
  await publisher.stop();
  const left = await count(db, 'event_queue WHERE available_at <= now()');
  expect(await count(db, 'event_queue')).toBe(left);
});
