import { detail, type Runtime } from '@causeway/runtime';
import { Coalescer } from './coalescer.ts';
import { Coalescers } from './coalescers.ts';

/** How calls are gathered, and what executes them. */
export interface CoalesceOptions<Item, Answer> {
  /** Names the batch in refusals and errors. */
  name: string;
  runtime: Pick<Runtime, 'clock' | 'timers'>;
  /**
   * Executes 1 to `maxBatch` items and answers exactly one answer for each, in their order. An
   * expected failure of one item is an answer. It is all or nothing where it throws: an error
   * for which `isPoison` holds promises that nothing was done, since the items are tried again.
   */
  execute(items: Item[]): Promise<Answer[]>;
  /** Most items in one execution. Default 256. */
  maxBatch?: number;
  /** Most calls that wait; beyond it a call is refused with OVERLOADED. Default 8192. */
  maxQueued?: number;
  /** Executions in flight at once. Default 1: one writer meets no lock of its own. */
  concurrency?: number;
  /** Which errors are caused by single items. Default: SQLSTATE classes 22 and 23. */
  isPoison?(error: unknown): boolean;
  /** Among whom the queue is shared fairly. Default: everybody is one party. */
  party?(item: Item): string;
  /** Items with an equal key never execute at once; the later waits for the earlier's answer. */
  key?(item: Item): string;
  /**
   * A batch has only items for which this is the same; each such value has a queue and executions of
   * its own. Items with an equal key must go together. Default: all go together.
   */
  together?: ((item: Item) => unknown) | undefined;
}

/** One call: its item goes into a batch, its promise settles with its own answer. */
export interface Coalesced<Item, Answer> {
  /**
   * Rejects with what `execute` threw, or with a `Refusal`, after which the item was and will
   * not be executed: OVERLOADED (the queue is full; carries `retryAfterMs`) or DEADLINE_PASSED.
   *
   * @param options.deadlineMs epoch milliseconds on the runtime's clock, after which the item
   *   must not be handed over any more. Once handed over, its execution is not cut short.
   */
  (item: Item, options?: { deadlineMs?: number }): Promise<Answer>;
  /** Calls that wait, those being executed not included. */
  readonly size: number;
  /** Resolves once nothing waits or executes. New calls are still taken: stop their source first. */
  drain(): Promise<void>;
}

const NO_ATTRIBUTES = {};

/**
 * Makes an async function of one item out of a function of many. A batch is whatever queued
 * while the last one was in flight; no timer is involved, so a lone call waits for nothing but
 * one turn of the event loop.
 */
export function coalesce<Item, Answer>(
  options: CoalesceOptions<Item, Answer>,
): Coalesced<Item, Answer> {
  const coalescer = options.together
    ? new Coalescers(options, options.together)
    : new Coalescer(options);
  const name = `batch ${options.name}`;
  // A batch belongs to no trace, but each sampled one shows how long its item was in one.
  const call = (item: Item, { deadlineMs }: { deadlineMs?: number } = {}) =>
    detail(name, NO_ATTRIBUTES, () => coalescer.submit(item, deadlineMs));
  const coalesced = Object.assign(call, { size: 0, drain: () => coalescer.drain() });
  return Object.defineProperty(coalesced, 'size', { get: () => coalescer.waiting });
}
