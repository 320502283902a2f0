import { AsyncLocalStorage } from 'node:async_hooks';
import { Refusal } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CoalesceOptions, coalesce } from './coalesce.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const poison = (message: string) => Object.assign(new Error(message), { code: '23514' });
const refusal = (reason: string) => expect.objectContaining({ name: 'Refusal', reason });

/** An executor whose batches stay in flight until a test lets them go. */
function gated(options: Partial<CoalesceOptions<string, string>> = {}) {
  const runtime = manualRuntime();
  const batches: string[][] = [];
  const gates: ((error?: Error) => void)[] = [];
  const call = coalesce<string, string>({
    name: 'test',
    runtime,
    execute(items) {
      batches.push(items);
      return new Promise((resolve, reject) => {
        gates.push((error) => (error ? reject(error) : resolve(items.map((item) => `${item}!`))));
      });
    },
    ...options,
  });
  const release = async (error?: Error) => {
    gates.shift()?.(error);
    await turn();
  };
  return { runtime, batches, call, release };
}

test('a batch is what queued while the last one was in flight', async () => {
  const { batches, call, release } = gated({ maxBatch: 3 });
  const first = ['a', 'b'].map((item) => call(item));
  await turn();
  const second = ['c', 'd', 'e', 'f'].map((item) => call(item));
  expect(batches).toEqual([['a', 'b']]);
  expect(call.size).toBe(4);
  await release();
  expect(await Promise.all(first)).toEqual(['a!', 'b!']);
  expect(batches.slice(1)).toEqual([['c', 'd', 'e']]);
  await release();
  await release();
  expect(await Promise.all(second)).toEqual(['c!', 'd!', 'e!', 'f!']);
  expect(batches.slice(2)).toEqual([['f']]);
  await call.drain();
});

test('concurrency lets that many batches be in flight', async () => {
  const { batches, call, release } = gated({ maxBatch: 1, concurrency: 2 });
  const calls = ['a', 'b', 'c'].map((item) => call(item));
  await turn();
  expect(batches).toEqual([['a'], ['b']]);
  await release();
  expect(batches).toHaveLength(3);
  await release();
  await release();
  await Promise.all(calls);
});

test('a full queue refuses, and says when to come back', async () => {
  const { runtime, call, release } = gated({ maxQueued: 2, maxBatch: 2 });
  const inFlight = call('a');
  await turn();
  await runtime.advance(40);
  await release();
  const again = call('b');
  await turn();
  const queued = [call('c'), call('d')];
  const refused = await call('e').catch((error: unknown) => error);
  expect(refused).toEqual(refusal('OVERLOADED'));
  expect((refused as Refusal).retryAfterMs).toBe(40);
  await release();
  await release();
  expect(await Promise.all([inFlight, again, ...queued])).toEqual(['a!', 'b!', 'c!', 'd!']);
});

test('what passed its deadline in the queue is never executed', async () => {
  const { runtime, batches, call, release } = gated();
  const first = call('a');
  await turn();
  const deadlineMs = runtime.clock.nowMs() + 100;
  const late = call('b', { deadlineMs }).catch((error: unknown) => error);
  const inTime = call('c', { deadlineMs: deadlineMs + 1 });
  await runtime.advance(100);
  await release();
  await release();
  expect(await late).toEqual(refusal('DEADLINE_PASSED'));
  expect(await Promise.all([first, inTime])).toEqual(['a!', 'c!']);
  expect(batches).toEqual([['a'], ['c']]);
});

test('an error that no item caused fails the batch whole, once', async () => {
  const { batches, call, release } = gated();
  const calls = ['a', 'b'].map((item) => call(item).catch((error: Error) => error.message));
  await turn();
  await release(new Error('connection lost'));
  expect(await Promise.all(calls)).toEqual(['connection lost', 'connection lost']);
  expect(batches).toHaveLength(1);
});

test('a wrong number of answers is an error, never an answer', async () => {
  const call = coalesce<number, number>({
    name: 'short',
    runtime: manualRuntime(),
    isPoison: () => true,
    execute: async (items) => items.slice(1),
  });
  const calls = [call(1), call(2)].map((promise) => promise.catch((error: Error) => error.message));
  const message = 'short: 1 answers to 2 items';
  expect(await Promise.all(calls)).toEqual([message, message]);
});

test('items with an equal key never execute at once and keep their order', async () => {
  const { batches, call, release } = gated({ key: (item) => item.charAt(0), concurrency: 2 });
  const calls = ['a1', 'b1', 'a2', 'a3', 'c1'].map((item) => call(item));
  await turn();
  expect(batches).toEqual([['a1', 'b1', 'c1']]);
  calls.push(call('a4'));
  await release();
  expect(batches.slice(1)).toEqual([['a2']]);
  for (let i = 0; i < 3; i += 1) await release();
  expect(batches.slice(1)).toEqual([['a2'], ['a3'], ['a4']]);
  await Promise.all([...calls, call.drain()]);
});

test('one busy key cannot fill the queue', async () => {
  const { call, release } = gated({ key: () => 'same', maxBatch: 2 });
  const calls = ['a', 'b', 'c'].map((item) => call(item));
  await expect(call('d')).rejects.toEqual(refusal('OVERLOADED'));
  await turn();
  for (let i = 0; i < 3; i += 1) await release();
  expect(await Promise.all(calls)).toEqual(['a!', 'b!', 'c!']);
});

test('a party that floods a full queue gives way to one below its share', async () => {
  const party = (item: string) => item.charAt(0);
  const { batches, call, release } = gated({ party, maxQueued: 4, maxBatch: 4 });
  const blocker = call('x');
  await turn();
  const outcome = (item: string) =>
    call(item).then(
      () => 'done',
      (error: Refusal) => error.reason,
    );
  const flood = ['a1', 'a2', 'a3', 'a4', 'a5'].map(outcome);
  const small = ['b1', 'b2', 'b3'].map(outcome);
  await release();
  await release();
  expect(batches[1]).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(await Promise.all(flood)).toEqual([
    'done',
    'done',
    'OVERLOADED',
    'OVERLOADED',
    'OVERLOADED',
  ]);
  expect(await Promise.all(small)).toEqual(['done', 'done', 'OVERLOADED']);
  await blocker;
});

test('a batch runs outside the context of the calls in it, an answer inside', async () => {
  const context = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const call = coalesce<string, string>({
    name: 'context',
    runtime: manualRuntime(),
    execute: async (items) => {
      seen.push(context.getStore());
      return items;
    },
  });
  const one = (name: string) =>
    context.run(name, async () => {
      await call(name);
      return context.getStore();
    });
  expect(await Promise.all([one('p'), one('q')])).toEqual(['p', 'q']);
  expect(seen).toEqual([undefined]);
});

const anyCall = fc.record({
  party: fc.constantFrom('p', 'q', 'r'),
  key: fc.option(fc.constantFrom('k1', 'k2'), { nil: undefined }),
  poisoned: fc.boolean(),
  deadlineInMs: fc.option(fc.integer({ min: -5, max: 60 }), { nil: undefined }),
  pauseMs: fc.integer({ min: 0, max: 20 }),
});

/**
 * Runs a random load against an executor that takes 10 ms and fails as a whole, with nothing
 * done, while a poisoned item is in the batch. Answers what became of each call.
 */
async function runLoad(calls: (typeof anyCall extends fc.Arbitrary<infer C> ? C : never)[]) {
  const runtime = manualRuntime();
  const executed: number[] = [];
  const startedAtMs = new Map<number, number>();
  const executingKeys = new Set<string>();
  const call = coalesce<number, number>({
    name: 'load',
    runtime,
    maxBatch: 4,
    maxQueued: 12,
    concurrency: 2,
    party: (index) => calls[index]?.party ?? '',
    key: (index) => calls[index]?.key ?? `own ${index}`,
    async execute(items) {
      const keys = items.map((index) => calls[index]?.key ?? `own ${index}`);
      expect(new Set([...keys, ...executingKeys]).size).toBe(keys.length + executingKeys.size);
      for (const key of keys) executingKeys.add(key);
      for (const index of items) startedAtMs.set(index, runtime.clock.nowMs());
      await runtime.timers.sleep(10);
      for (const key of keys) executingKeys.delete(key);
      if (items.some((index) => calls[index]?.poisoned)) throw poison('bad');
      executed.push(...items);
      return items.map((index) => index * 2);
    },
  });
  const outcomes: string[][] = calls.map(() => []);
  const deadlines: number[] = [];
  for (const [index, { deadlineInMs, pauseMs }] of calls.entries()) {
    const deadlineMs =
      deadlineInMs === undefined ? Number.MAX_VALUE : runtime.clock.nowMs() + deadlineInMs;
    deadlines.push(deadlineMs);
    void call(index, { deadlineMs }).then(
      (answer) => outcomes[index]?.push(answer === index * 2 ? 'done' : 'wrong answer'),
      (error: Error) => outcomes[index]?.push(error instanceof Refusal ? error.reason : 'bad'),
    );
    await runtime.advance(pauseMs);
  }
  let drained = false;
  void call.drain().then(() => {
    drained = true;
  });
  for (let i = 0; i < 200 && !drained; i += 1) await runtime.advance(10);
  expect(drained).toBe(true);
  return { outcomes, executed, startedAtMs, deadlines };
}

test('every call settles once; poison fails alone; nothing runs twice or too late', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 40 }), async (calls) => {
      const { outcomes, executed, startedAtMs, deadlines } = await runLoad(calls);
      expect(new Set(executed).size).toBe(executed.length);
      for (const [index, settled] of outcomes.entries()) {
        expect(settled).toHaveLength(1);
        const [outcome] = settled;
        expect(executed.includes(index)).toBe(outcome === 'done');
        const started = startedAtMs.get(index);
        if (started !== undefined) expect(started).toBeLessThan(deadlines[index] ?? 0);
        if (outcome === 'OVERLOADED') expect(started).toBeUndefined();
        if (outcome === 'bad') expect(calls[index]?.poisoned).toBe(true);
        else expect(['done', 'OVERLOADED', 'DEADLINE_PASSED']).toContain(outcome);
      }
    }),
    { numRuns: 60 },
  );
});
