import { manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { databaseClock } from './clock.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;

/** A database whose clock is `aheadMs` ahead of the host's. */
function worldWith(aheadMs: number) {
  const runtime = manualRuntime();
  const world = { runtime, aheadMs, fails: false };
  const query = async () => {
    if (world.fails) throw new Error('gone');
    return [{ now_ms: runtime.clock.nowMs() + world.aheadMs }];
  };
  return { world, runtime, db: { query } as unknown as Database };
}

test("time is the database's, whatever the host believes", async () => {
  const { db, runtime } = worldWith(5 * 60_000);
  const clock = await databaseClock(db, runtime);
  expect(clock.nowMs()).toBe(runtime.clock.nowMs() + 5 * 60_000);
  expect(clock.skewMs()).toBe(5 * 60_000);
  expect(clock.now().getTime()).toBe(clock.nowMs());
  clock.stop();
});

test('a correction backwards lets time stand still, one forwards lets it jump', async () => {
  const { db, runtime, world } = worldWith(HOUR_MS);
  const clock = await databaseClock(db, runtime);
  world.aheadMs = HOUR_MS - 15_000;
  await runtime.advance(9_999);
  const before = clock.nowMs();
  await runtime.advance(1);
  expect(clock.nowMs()).toBe(before);
  await runtime.advance(20_000);
  expect(clock.skewMs()).toBe(HOUR_MS - 15_000);
  world.aheadMs = HOUR_MS + 500;
  await runtime.advance(10_000);
  expect(clock.skewMs()).toBe(HOUR_MS + 500);
  clock.stop();
});

test('the last measurement carries on while the database is away', async () => {
  const { db, runtime, world } = worldWith(HOUR_MS);
  const clock = await databaseClock(db, runtime);
  world.fails = true;
  await runtime.advance(60_000);
  expect(clock.skewMs()).toBe(HOUR_MS);
  expect(runtime.logged.at(-1)?.level).toBe('warn');
  clock.stop();
});
