/** A gate's clocks. */
export interface GateClock {
  /** Unix milliseconds by the clock that people, networks and batteries set. */
  nowMs(): number;
  /** Milliseconds by a clock that nobody sets. */
  monotonicMs(): number;
  /** When the clock was last set, as far as is known at the start: of a clock with a battery. */
  readonly setAtMs?: number | undefined;
}

/**
 * The gate's time: its clock until that is known to be set, and from then on what it was set to,
 * carried on by the clock that nobody sets.
 */
export class GateWatch {
  readonly #clock: GateClock;
  #set: { wallMs: number; monotonicMs: number } | undefined;
  #sureTapMs = 0;

  constructor(clock: GateClock) {
    this.#clock = clock;
  }

  /** The clock was just set right. */
  wasSet(): void {
    const [wallMs, monotonicMs] = [this.#clock.nowMs(), this.#clock.monotonicMs()];
    this.#set = { wallMs, monotonicMs };
    // Taps that were sure of a wrong clock would otherwise hold the right one off.
    this.#sureTapMs = Math.min(this.#sureTapMs, wallMs);
  }

  /** A tap whose time the gate was sure of. */
  tapped(atMs: number): void {
    this.#sureTapMs = Math.max(this.#sureTapMs, atMs);
  }

  /** @param provenAtMs the time that the trust bundle proves to be past */
  read(provenAtMs: number) {
    const wallMs = this.#set
      ? this.#set.wallMs + this.#clock.monotonicMs() - this.#set.monotonicMs
      : this.#clock.nowMs();
    const setAtMs = this.#set?.wallMs ?? this.#clock.setAtMs;
    return { wallMs, setAtMs, floorMs: Math.max(provenAtMs, this.#sureTapMs) };
  }
}
