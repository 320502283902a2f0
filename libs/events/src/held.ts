import { uuidFrom } from '@causeway/runtime';
import type { JsMsg } from '@nats-io/jetstream';
import type { Fact } from './fact.ts';
import { HEADER } from './headers.ts';

/** A message between its delivery and its acknowledgement. */
export interface Held {
  readonly key: string;
  readonly fact: Fact;
  /** The latest delivery of it, which is the one to acknowledge. */
  message: JsMsg;
  /** How often it failed alone. */
  tries: number;
  /** Epoch milliseconds before which it is not tried again. */
  dueAtMs: number;
}

/**
 * The messages that a consumer was given and has not settled. A message that JetStream delivers
 * again meanwhile is recognised, so memory is bounded by what may be unacknowledged.
 */
export class HeldMessages {
  readonly #byKey = new Map<string, Held>();
  #fresh: Held[] = [];
  readonly #failed = new Set<Held>();

  /** Takes a delivery in. Answers false if the message is held already. */
  add(stream: string, message: JsMsg): boolean {
    const { streamSequence, timestampNanos } = message.info;
    // With its time, since a stream that was wiped counts from 1 again.
    const key = `${streamSequence}@${timestampNanos}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.message = message;
      return false;
    }
    const held = { key, fact: factOf(stream, message), message, tries: 0, dueAtMs: 0 };
    this.#byKey.set(key, held);
    this.#fresh.push(held);
    return true;
  }

  /** Takes up to `max` messages that have not failed alone yet. */
  takeFresh(max: number): Held[] {
    return this.#fresh.splice(0, max);
  }

  /** Puts messages back before all other fresh ones. */
  putBack(batch: readonly Held[]): void {
    this.#fresh = [...batch, ...this.#fresh];
  }

  /** Takes one message whose pause after a failure is over. */
  takeFailed(nowMs: number): Held | undefined {
    for (const held of this.#failed) {
      if (held.dueAtMs > nowMs) continue;
      this.#failed.delete(held);
      return held;
    }
    return undefined;
  }

  /** Keeps a message that failed alone until `held.dueAtMs`. */
  keepFailed(held: Held): void {
    this.#failed.add(held);
  }

  /** When the next failed message is due, in epoch milliseconds; infinite if there is none. */
  nextDueAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const held of this.#failed) next = Math.min(next, held.dueAtMs);
    return next;
  }

  /** Forgets a message that is acknowledged or parked. */
  settle(held: Held): void {
    this.#byKey.delete(held.key);
  }

  /** Everything that is not settled. */
  all(): Iterable<Held> {
    return this.#byKey.values();
  }
}

/** A message that no publisher of ours sent still needs a key, to be parked under. */
function factOf(stream: string, message: JsMsg): Fact {
  const { headers, subject, data, seq } = message;
  const factId = headers?.get(HEADER.factId) || uuidFrom('foreign-message', stream, String(seq));
  const traceparent = headers?.get(HEADER.traceparent) || undefined;
  const lane = Number.parseInt(headers?.get(HEADER.lane) || '0', 10);
  return { lane, factId, subject, payload: data, traceparent };
}
