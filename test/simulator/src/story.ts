import type { Line } from './kernel/kernel.ts';

/** A history as lines that a person can read: seconds from its beginning, and what happened. */
export function storyOf(lines: readonly Line[]): string {
  return lines.map(({ atMs, text }) => `  ${seconds(atMs)}  ${text}\n`).join('');
}

function seconds(ms: number): string {
  const whole = Math.floor(ms / 1_000);
  const rest = String(Math.floor(ms) % 1_000).padStart(3, '0');
  return `${String(whole).padStart(4)}.${rest}`;
}
