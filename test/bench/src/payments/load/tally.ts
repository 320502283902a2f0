import { Histogram } from '../../measure/histogram.ts';
import type { LoadEnded, Measured } from './protocol.ts';

/** Counts what comes of payments, over a measured stretch and over all. */
export class Tally {
  #sent = 0;
  #succeeded = 0;
  #otherwise: Record<string, number> = {};
  #stretch = new Stretch();

  sent(): void {
    this.#sent += 1;
  }

  arrived(hasRoom: boolean): void {
    this.#stretch.arrivals += 1;
    if (!hasRoom) this.#stretch.dropped += 1;
  }

  succeeded(tookMs: number): void {
    this.#succeeded += 1;
    this.#stretch.succeeded += 1;
    this.#stretch.latency.add(tookMs);
  }

  /** Any answer that is no success, and no answer; `tookMs` counts as well. */
  ended(reason: string, tookMs: number): void {
    this.#otherwise[reason] = (this.#otherwise[reason] ?? 0) + 1;
    this.#stretch.otherwise[reason] = (this.#stretch.otherwise[reason] ?? 0) + 1;
    this.#stretch.latency.add(tookMs);
  }

  /** Begins a stretch. */
  begin(): void {
    this.#stretch = new Stretch();
  }

  /** What came of it. What is answered from now on belongs to no stretch. */
  end(seconds: number, ranDry: boolean): Measured {
    const { succeeded, otherwise, arrivals, dropped, latency } = this.#stretch;
    this.begin();
    return {
      ...{ seconds, succeeded, otherwise, arrivals, dropped, ranDry },
      latency: latency.toData(),
    };
  }

  total(): LoadEnded {
    return { sent: this.#sent, succeeded: this.#succeeded, otherwise: this.#otherwise };
  }
}

class Stretch {
  succeeded = 0;
  otherwise: Record<string, number> = {};
  arrivals = 0;
  dropped = 0;
  readonly latency = new Histogram();
}
