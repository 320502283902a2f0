import type { JsMsg } from '@nats-io/jetstream';
import type { Fact } from './fact.ts';
import { factsIn } from './messages.ts';

/** A message between its delivery and its acknowledgement, which waits for all of its facts. */
interface Delivery {
  readonly key: string;
  /** The latest delivery of it, which is the one to acknowledge. */
  message: JsMsg;
  /** How many of its facts are neither handled nor parked. */
  unsettled: number;
}

/** A fact of a message that is not acknowledged. */
export interface Held {
  readonly fact: Fact;
  readonly delivery: Delivery;
  /** How often it failed alone. */
  tries: number;
  /** Epoch milliseconds before which it is not tried again. */
  dueAtMs: number;
}

/**
 * The facts that a consumer was given and has not settled. A message that JetStream delivers
 * again meanwhile is recognised, so memory is bounded by what may be unacknowledged.
 */
export class HeldFacts {
  readonly #byKey = new Map<string, Delivery>();
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
    const facts = factsIn(stream, message);
    const delivery = { key, message, unsettled: facts.length };
    this.#byKey.set(key, delivery);
    for (const fact of facts) this.#fresh.push({ fact, delivery, tries: 0, dueAtMs: 0 });
    return true;
  }

  /** How many messages are not acknowledged. */
  get messageCount(): number {
    return this.#byKey.size;
  }

  /** How many facts have not failed alone yet. */
  get freshCount(): number {
    return this.#fresh.length;
  }

  /** Takes up to `max` facts that have not failed alone yet. */
  takeFresh(max: number): Held[] {
    return this.#fresh.splice(0, max);
  }

  /** Puts facts back before all other fresh ones. */
  putBack(batch: readonly Held[]): void {
    this.#fresh = [...batch, ...this.#fresh];
  }

  /** Takes one fact whose pause after a failure is over. */
  takeFailed(nowMs: number): Held | undefined {
    for (const held of this.#failed) {
      if (held.dueAtMs > nowMs) continue;
      this.#failed.delete(held);
      return held;
    }
    return undefined;
  }

  /** Keeps a fact that failed alone until `held.dueAtMs`. */
  keepFailed(held: Held): void {
    this.#failed.add(held);
  }

  /** When the next failed fact is due, in epoch milliseconds; infinite if there is none. */
  nextDueAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const held of this.#failed) next = Math.min(next, held.dueAtMs);
    return next;
  }

  /** Forgets a fact that took effect or is parked, and acknowledges its message after the last. */
  settle({ delivery }: Held): void {
    delivery.unsettled -= 1;
    if (delivery.unsettled > 0) return;
    delivery.message.ack();
    this.#byKey.delete(delivery.key);
  }

  /** Gives back every message of which a fact is not settled. */
  giveBack(): void {
    for (const { message } of this.#byKey.values()) message.nak();
  }
}
