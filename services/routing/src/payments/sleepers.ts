import type { Runtime } from '@causeway/runtime';

/** Payments whose work here pauses, so that news of one can end its pause. */
export class Sleepers {
  readonly #asleep = new Map<string, Set<AbortController>>();
  #stopped = false;

  constructor(private readonly runtime: Runtime) {}

  /** Pauses for so long, or until it is woken. Answers false once `stop` was called. */
  async sleep(paymentId: string, ms: number): Promise<boolean> {
    if (this.#stopped) return false;
    const alarm = new AbortController();
    const sleeping = this.#asleep.get(paymentId) ?? new Set();
    this.#asleep.set(paymentId, sleeping.add(alarm));
    // An alarm is no failure.
    await this.runtime.timers.sleep(ms, alarm.signal).catch(() => undefined);
    sleeping.delete(alarm);
    if (sleeping.size === 0) this.#asleep.delete(paymentId);
    return !this.#stopped;
  }

  /** Ends the pauses of a payment. Answers whether there was one. */
  wake(paymentId: string): boolean {
    const sleeping = this.#asleep.get(paymentId);
    for (const alarm of sleeping ?? []) alarm.abort();
    return sleeping !== undefined;
  }

  /** Ends every pause, and lets none begin. */
  stop(): void {
    this.#stopped = true;
    for (const paymentId of this.#asleep.keys()) this.wake(paymentId);
  }
}
