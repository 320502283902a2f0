import { type CurrencyCode, deviationBps } from '@causeway/money';
import { missingCurrencies, type ReferenceDay } from '../sources/ecb-file.ts';

/** What a new day of reference rates is judged by. */
export interface ReferenceGuard {
  /** Currencies that follow a peg and may be missing. */
  pegged: ReadonlySet<CurrencyCode>;
  /** The most that a currency may move against the euro between two files, in basis points. */
  maxStepBps: number;
}

/**
 * Why a file of reference rates must not replace the last one, in words; undefined where it may.
 * The whole file is judged, since rates of different days would give crosses that never were.
 */
export function objectionToReference(
  next: ReferenceDay,
  last: ReferenceDay | undefined,
  nowMs: number,
  guard: ReferenceGuard,
): string | undefined {
  const missing = missingCurrencies(next, guard.pegged);
  if (missing.length > 0) return `lacks ${missing.join(', ')}`;
  if (Date.parse(`${next.day}T00:00:00Z`) > nowMs) return `is of ${next.day}, in the future`;
  if (last === undefined) return undefined;
  if (next.day < last.day) return `is of ${next.day}, older than ${last.day}`;
  for (const [code, rate] of next.perEuro) {
    const before = last.perEuro.get(code);
    const stepBps = before === undefined ? 0 : deviationBps(rate, before);
    if (stepBps > guard.maxStepBps) return `moves ${code} by ${stepBps} bps`;
  }
  return undefined;
}
