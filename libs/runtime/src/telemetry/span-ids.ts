import { randomFillSync } from 'node:crypto';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** Chance is fetched for many ids at once: one at a time it would cost as much as all the rest. */
const pool = Buffer.alloc(TRACE_BYTES * 256);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    // Not Runtime's chance: what telemetry draws must neither depend on nor disturb a seeded run.
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** A trace id, 32 hex digits. */
export function newTraceId(): string {
  return randomHex(TRACE_BYTES);
}

/** A span id, 16 hex digits. */
export function newSpanId(): string {
  return randomHex(SPAN_BYTES);
}

/** Ids that were handed out before their span is made, which is only where it failed. */
interface Preset {
  traceId: string;
  spanId: string;
}

let preset: Preset | undefined;

/** What the SDK draws ids from: the preset ones while a span is made by `withIds`. */
export const spanIds = {
  generateTraceId: () => preset?.traceId ?? newTraceId(),
  generateSpanId: () => preset?.spanId ?? newSpanId(),
};

/** Makes one span, at once, with the ids under which others know it already. */
export function withIds<T>(ids: Preset, make: () => T): T {
  preset = ids;
  try {
    return make();
  } finally {
    preset = undefined;
  }
}
