import { ConfirmationState } from '@causeway/proto/connector';
import type { Behaviour } from './behaviours.ts';

/** One payment at a sandbox partner. All times are milliseconds on the monotonic clock. */
export class KnownPayment {
  #reversedMs: number | undefined;
  #failedReversals = 0;

  private constructor(
    readonly behaviour: Behaviour,
    readonly seenMs: number,
    /** Reversed before it was seen, so that it never can be confirmed. */
    private readonly blocked: boolean,
  ) {}

  static seen(behaviour: Behaviour, nowMs: number): KnownPayment {
    return new KnownPayment(behaviour, nowMs, false);
  }

  static blockedUnseen(behaviour: Behaviour, nowMs: number): KnownPayment {
    return new KnownPayment(behaviour, nowMs, true);
  }

  /** Whether every call about it fails now. */
  isAway(nowMs: number): boolean {
    return !this.blocked && nowMs < this.seenMs + (this.behaviour.awayMs ?? 0);
  }

  /** What the partner says of it, whoever asks. */
  state(nowMs: number): ConfirmationState {
    const { outcome, afterMs = 0, forgets } = this.behaviour;
    if (this.blocked) return ConfirmationState.REVERSED;
    if (this.#reversedMs !== undefined) return this.#stateOnceReversed(this.#reversedMs, nowMs);
    if (forgets) return ConfirmationState.UNSEEN;
    if (nowMs < this.seenMs + afterMs) return ConfirmationState.PENDING;
    return outcome === 'confirmed' ? ConfirmationState.CONFIRMED : ConfirmationState.REFUSED;
  }

  /** Undoes it. Answers false where that fails this time; a refused one stays refused. */
  reverse(nowMs: number): boolean {
    if (this.#failedReversals < (this.behaviour.failedReversals ?? 0)) {
      this.#failedReversals += 1;
      return false;
    }
    if (this.state(nowMs) !== ConfirmationState.REFUSED) this.#reversedMs ??= nowMs;
    return true;
  }

  #stateOnceReversed(reversedMs: number, nowMs: number): ConfirmationState {
    const { chargesAfterReversalMs: late } = this.behaviour;
    const charged = late !== undefined && nowMs >= reversedMs + late;
    return charged ? ConfirmationState.CONFIRMED : ConfirmationState.REVERSED;
  }
}
