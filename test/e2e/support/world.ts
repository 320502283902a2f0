import { randomUUID } from 'node:crypto';
import { type Caller, type Callers, openCallers } from '@causeway/callers';
import { type Runtime, systemRuntime } from '@causeway/runtime';
import { ISSUER, OPERATOR_ID } from '@causeway/sandbox';
import { type TestStack, testStack } from '@causeway/testing';
import { afterAll, expect } from 'vitest';
import { verifyBooks } from './books.ts';

/** The running stack as one test file uses it. */
export interface World {
  stack: TestStack;
  runtime: Runtime;
  callers: Callers;
  /** The switch's operator. */
  ops: Caller;
  /** The wallet operator's own back end. */
  issuer: Caller;
  /** An id that nobody has used, at most 64 characters for a name of up to 24. */
  id(name: string): string;
}

/** How long the facts of a file's payments may take to reach the books. */
const SETTLE_SECONDS = 20;

/**
 * Opens the way into the stack for one test file. After the file's last test the verifier
 * recomputes all books from the databases and the file fails unless every rule holds and nothing
 * is left in flight.
 */
export function openWorld({ timeoutMs = 10_000 } = {}): World {
  const stack = testStack();
  const runtime = systemRuntime({ service: 'e2e', logLevel: 'warn' });
  const callers = openCallers(runtime, stack, timeoutMs);
  afterAll(async () => {
    callers.close();
    const report = await verifyBooks(stack.state, SETTLE_SECONDS);
    expect(report).toMatchObject({ ok: true, in_flight: 0 });
  }, 60_000);
  return {
    stack,
    runtime,
    callers,
    ops: callers.as(OPERATOR_ID),
    issuer: callers.as(ISSUER.id),
    id: (name) => `${name}-${randomUUID()}`,
  };
}
