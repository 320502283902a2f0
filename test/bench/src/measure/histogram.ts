const STEPS = 64;
const SMALLEST_EXPONENT = 6;
const LARGEST_EXPONENT = 31;
const SLOTS = STEPS + (LARGEST_EXPONENT - SMALLEST_EXPONENT + 1) * STEPS;
const US_PER_MS = 1_000;

/** A histogram as it travels between processes: slot, count, slot, count … */
export type HistogramData = number[];

/**
 * Durations from a microsecond to an hour in slots that are at most 1/64 of their value wide, so
 * that a percentile is at most 1.6 % off, whatever the number of values.
 */
export class Histogram {
  readonly #counts = new Float64Array(SLOTS);
  #total = 0;
  #maxMs = 0;

  /** How many durations were added. */
  get count(): number {
    return this.#total;
  }

  /** Zero where nothing was added. After a journey between processes: the middle of its slot. */
  get maxMs(): number {
    return this.#maxMs;
  }

  add(durationMs: number): void {
    const slot = slotOf(durationMs * US_PER_MS);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#total += 1;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  /**
   * The duration that `share` (0 to 1) of all durations do not exceed, in milliseconds. Zero
   * where nothing was added.
   */
  percentileMs(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      seen += this.#counts[slot] ?? 0;
      if (seen >= wanted) return middleOf(slot) / US_PER_MS;
    }
    return 0;
  }

  /** What another process measured. */
  static from(data: HistogramData): Histogram {
    const histogram = new Histogram();
    histogram.merge(data);
    return histogram;
  }

  /** Adds all that another process measured. */
  merge(data: HistogramData): void {
    for (let at = 0; at + 1 < data.length; at += 2) {
      const slot = data[at] ?? 0;
      const count = data[at + 1] ?? 0;
      this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
      this.#total += count;
      this.#maxMs = Math.max(this.#maxMs, middleOf(slot) / US_PER_MS);
    }
  }

  toData(): HistogramData {
    const data: HistogramData = [];
    this.#counts.forEach((count, slot) => {
      if (count > 0) data.push(slot, count);
    });
    return data;
  }
}

/** The three percentiles that a line shows. */
export function latencyOf(histogram: Histogram): { p50Ms: number; p99Ms: number; p999Ms: number } {
  return {
    p50Ms: histogram.percentileMs(0.5),
    p99Ms: histogram.percentileMs(0.99),
    p999Ms: histogram.percentileMs(0.999),
  };
}

function slotOf(us: number): number {
  const whole = Math.min(Math.max(0, Math.round(us)), 2 ** (LARGEST_EXPONENT + 1) - 1);
  if (whole < STEPS) return whole;
  const exponent = 31 - Math.clz32(whole);
  const step = Math.floor(whole / 2 ** (exponent - SMALLEST_EXPONENT)) - STEPS;
  return STEPS + (exponent - SMALLEST_EXPONENT) * STEPS + step;
}

function middleOf(slot: number): number {
  if (slot < STEPS) return slot;
  const exponent = Math.floor((slot - STEPS) / STEPS) + SMALLEST_EXPONENT;
  const width = 2 ** (exponent - SMALLEST_EXPONENT);
  return (STEPS + ((slot - STEPS) % STEPS)) * width + (width - 1) / 2;
}
