import { randomUUID } from 'node:crypto';
import { type Caller, type Callers, openCallers } from '@causeway/callers';
import { type Runtime, systemRuntime } from '@causeway/runtime';
import { ISSUER, OPERATOR_ID } from '@causeway/sandbox';
import type { TestStack } from '@causeway/testing';

/** A running stack as a test uses it. */
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

/** How a stack is reached. */
export interface WorldOptions {
  /** How long a call may take, in milliseconds; 10,000 unless given. */
  timeoutMs?: number;
  /** Makes the ids of `World.id`; random unless given. */
  id?: (name: string) => string;
  /** Puts something between a test and those whom it calls, such as a log. */
  between?: (callers: Callers) => Callers;
}

/** The way into a stack. Whoever opens it closes its callers. */
export function worldOf(stack: TestStack, options: WorldOptions = {}): World {
  const { timeoutMs = 10_000, id = randomId, between = (callers) => callers } = options;
  const runtime = systemRuntime({ service: 'e2e', logLevel: 'warn' });
  const callers = between(openCallers(runtime, stack, timeoutMs));
  return {
    ...{ stack, runtime, callers, id },
    ops: callers.as(OPERATOR_ID),
    issuer: callers.as(ISSUER.id),
  };
}

function randomId(name: string): string {
  return `${name}-${randomUUID()}`;
}
