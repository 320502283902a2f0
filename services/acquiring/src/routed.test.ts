import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { type ManualRuntime, manualRuntime } from '@causeway/runtime/testing';
import { expect, test } from 'vitest';
import { PartnerLimit } from './partner-limit.ts';
import { Routed, type RoutingClient } from './routed.ts';

const lost = () => new RpcFailure('UNAVAILABLE', 'the stream broke', true);

function routed(runtime: ManualRuntime, maxInFlight = 10): Routed {
  const inFlight = new PartnerLimit('calls under way', maxInFlight, 200);
  return new Routed({ runtime, client: {} as RoutingClient, inFlight, timeoutMs: 10_000 });
}

/** Fails with each of these in turn, then answers. */
function failing(...errors: Error[]) {
  const deadlines: (number | undefined)[] = [];
  return {
    deadlines,
    send: async (_: RoutingClient, options: { deadlineMs?: number }) => {
      deadlines.push(options.deadlineMs);
      const error = errors.shift();
      if (error !== undefined) throw error;
      return 'answered';
    },
  };
}

async function outcome<T>(runtime: ManualRuntime, call: Promise<T>): Promise<unknown> {
  const settled = call.catch((error: unknown) => error);
  // In steps: the pause before the next attempt begins only when the last one has failed.
  for (let step = 0; step < 20; step += 1) await runtime.advance(100);
  return settled;
}

const forever = { partnerId: 'sakura', deadlineMs: Number.POSITIVE_INFINITY };

test('a call whose outcome is not known is made again, its key being the same', async () => {
  const runtime = manualRuntime();
  const { send, deadlines } = failing(lost(), lost());
  expect(await outcome(runtime, routed(runtime).ask('create', forever, send))).toBe('answered');
  expect(deadlines).toHaveLength(3);
  expect(new Set(deadlines).size).toBe(1);
});

test('routing is given the time of the caller less a margin, and 10 s at most', async () => {
  const runtime = manualRuntime();
  const nowMs = runtime.clock.nowMs();
  const { send, deadlines } = failing();
  await routed(runtime).ask('create', { ...forever, deadlineMs: nowMs + 3_000 }, send);
  await routed(runtime).ask('create', forever, send);
  expect(deadlines).toEqual([nowMs + 2_900, nowMs + 9_900]);
});

test('where no answer comes the partner is told to repeat, and that it is not known', async () => {
  const runtime = manualRuntime();
  const { send, deadlines } = failing(lost(), lost(), lost());
  expect(await outcome(runtime, routed(runtime).ask('create', forever, send))).toMatchObject({
    reason: 'DEPENDENCY_UNAVAILABLE',
    metadata: { outcome: 'unknown' },
    retryAfterMs: 1_000,
  });
  expect(deadlines).toHaveLength(3);
  const soon = { partnerId: 'sakura', deadlineMs: runtime.clock.nowMs() + 110 };
  const hurried = failing(lost());
  const answer = await outcome(runtime, routed(runtime).ask('create', soon, hurried.send));
  expect(answer).toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
  expect(hurried.deadlines).toHaveLength(1);
});

test('a refusal of the repeat says nothing about the attempt before it', async () => {
  const runtime = manualRuntime();
  const { send } = failing(lost(), new Refusal('OVERLOADED', 'too much'));
  expect(await outcome(runtime, routed(runtime).ask('create', forever, send))).toMatchObject({
    reason: 'DEPENDENCY_UNAVAILABLE',
    metadata: { outcome: 'unknown' },
  });
});

test.each([
  ['MERCHANT_UNKNOWN', 'MERCHANT_UNKNOWN'],
  ['DEADLINE_PASSED', 'DEPENDENCY_UNAVAILABLE'],
])('the refusal %s is answered as %s, and not repeated', async (given, answered) => {
  const runtime = manualRuntime();
  const { send, deadlines } = failing(new Refusal(given, 'no'));
  const answer = await outcome(runtime, routed(runtime).ask('create', forever, send));
  expect(answer).toMatchObject({ reason: answered });
  expect(deadlines).toHaveLength(1);
});

test('a reason that no partner knows is a defect', async () => {
  const runtime = manualRuntime();
  const { send } = failing(new Refusal('PREFIX_TAKEN', 'no'));
  const answer = await outcome(runtime, routed(runtime).ask('create', forever, send));
  expect(answer).not.toBeInstanceOf(Refusal);
});

test('a partner with too much under way is refused, and no other is', async () => {
  const runtime = manualRuntime();
  const limited = routed(runtime, 2);
  let finish = () => {};
  const hanging = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  void limited.ask('create', forever, hanging);
  const second = limited.ask('create', forever, hanging);
  const { send } = failing();
  await expect(limited.ask('create', forever, send)).rejects.toMatchObject({
    reason: 'OVERLOADED',
    retryAfterMs: 200,
  });
  const other = { ...forever, partnerId: 'siam' };
  expect(await limited.ask('create', other, send)).toBe('answered');
  finish();
  await second;
  expect(await limited.ask('create', forever, send)).toBe('answered');
});
