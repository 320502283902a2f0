import { CircuitState, type Elimination } from '@causeway/proto/routing';
import type { Totals } from './window.ts';

/** A route's circuit breaker. */
export interface Circuit {
  state: CircuitState.CLOSED | CircuitState.OPEN | CircuitState.PROBING;
  /** When it opened last, in epoch milliseconds; undefined where it never did. */
  openedAtMs: number | undefined;
  /** Probes that went well in a row. */
  passedCount: number;
}

export const CLOSED: Circuit = {
  state: CircuitState.CLOSED,
  openedAtMs: undefined,
  passedCount: 0,
};

/** The circuit after one more outcome, which `totals` of the window already count. Pure. */
export function afterOutcome(
  circuit: Circuit,
  succeeded: boolean,
  totals: Totals,
  elimination: Elimination,
  nowMs: number,
): Circuit {
  switch (circuit.state) {
    case CircuitState.CLOSED:
      return isFailing(totals, elimination) ? opened(nowMs) : circuit;
    // Payments that were under way when it opened say nothing new.
    case CircuitState.OPEN:
      return circuit;
    case CircuitState.PROBING: {
      if (!succeeded) return opened(nowMs);
      const passedCount = circuit.passedCount + 1;
      if (passedCount < elimination.closeAfter) return { ...circuit, passedCount };
      return { ...circuit, state: CircuitState.CLOSED, passedCount: 0 };
    }
  }
}

/** The circuit as time passes: an open one lets probes through after a while. Pure. */
export function afterTime(circuit: Circuit, elimination: Elimination, nowMs: number): Circuit {
  if (circuit.state !== CircuitState.OPEN || circuit.openedAtMs === undefined) return circuit;
  if (nowMs - circuit.openedAtMs < elimination.openSeconds * 1_000) return circuit;
  return { ...circuit, state: CircuitState.PROBING, passedCount: 0 };
}

function isFailing({ outcomes, successes }: Totals, elimination: Elimination): boolean {
  const { minOutcomes, failurePercent } = elimination;
  return outcomes >= minOutcomes && (outcomes - successes) * 100 >= failurePercent * outcomes;
}

function opened(nowMs: number): Circuit {
  return { state: CircuitState.OPEN, openedAtMs: nowMs, passedCount: 0 };
}
