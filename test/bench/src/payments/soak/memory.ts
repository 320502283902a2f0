import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1_024;

/** Memory that a process holds in RAM now, in MiB; undefined where this system does not tell. */
export function residentMib(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) / KIB_PER_MIB;
  } catch {
    return undefined;
  }
}

/** A value at a time. */
export interface Point {
  atSeconds: number;
  value: number;
}

/** By how much the values grow a minute, by least squares; zero of fewer than two points. */
export function slopePerMinute(points: readonly Point[]): number {
  const meanAt = mean(points.map(({ atSeconds }) => atSeconds));
  const meanValue = mean(points.map(({ value }) => value));
  let [covariance, variance] = [0, 0];
  for (const { atSeconds, value } of points) {
    covariance += (atSeconds - meanAt) * (value - meanValue);
    variance += (atSeconds - meanAt) ** 2;
  }
  return variance === 0 ? 0 : (covariance / variance) * 60;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
