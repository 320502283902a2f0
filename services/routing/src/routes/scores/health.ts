import {
  CircuitState,
  type Elimination,
  type Policy,
  type RouteScore,
} from '@causeway/proto/routing';
import { afterOutcome, afterTime, type Circuit, CLOSED } from './circuit.ts';
import { OutcomeWindow } from './window.ts';

/** How one route does: its outcomes of late and its circuit. */
export class RouteHealth {
  readonly #window = new OutcomeWindow();
  #circuit: Circuit = CLOSED;

  /** As it was when a snapshot was taken, so that a restart closes no circuit. */
  static from(score: RouteScore, policy: Policy, nowMs: number): RouteHealth {
    const { outcomeCount, successCount, circuitState, openedTime } = score;
    const health = new RouteHealth();
    const totals = { outcomes: Number(outcomeCount), successes: Number(successCount) };
    if (totals.outcomes > 0) health.#window.add(nowMs, windowMsOf(policy), totals);
    const state = circuitState === CircuitState.UNSPECIFIED ? CircuitState.CLOSED : circuitState;
    health.#circuit = { state, openedAtMs: openedTime?.getTime(), passedCount: 0 };
    return health;
  }

  /** Counts one outcome. */
  outcome(succeeded: boolean, policy: Policy, nowMs: number): void {
    const windowMs = windowMsOf(policy);
    this.#window.add(nowMs, windowMs, { outcomes: 1, successes: succeeded ? 1 : 0 });
    const totals = this.#window.totals(nowMs, windowMs);
    const before = this.#circuit;
    this.#circuit = afterOutcome(before, succeeded, totals, eliminationOf(policy), nowMs);
    const hasClosed = before.state !== this.#circuit.state && isClosed(this.#circuit);
    // Its old failures would open it again at once.
    if (hasClosed) this.#window.clear();
  }

  /** How it does now; undefined where nothing is to be told. */
  score(routeId: string, policy: Policy, nowMs: number): RouteScore | undefined {
    this.#circuit = afterTime(this.#circuit, eliminationOf(policy), nowMs);
    const { outcomes, successes } = this.#window.totals(nowMs, windowMsOf(policy));
    const { state, openedAtMs } = this.#circuit;
    if (outcomes === 0 && openedAtMs === undefined) return undefined;
    return {
      routeId,
      outcomeCount: BigInt(outcomes),
      successCount: BigInt(successes),
      circuitState: state,
      openedTime: openedAtMs === undefined ? undefined : new Date(openedAtMs),
      liquidityLeft: undefined,
    };
  }
}

const isClosed = ({ state }: Circuit) => state === CircuitState.CLOSED;

function windowMsOf({ scoring }: Policy): number {
  return (scoring?.windowSeconds ?? 0) * 1_000;
}

/** Every policy that is in force was validated, and has one. */
function eliminationOf({ elimination, version }: Policy): Elimination {
  if (elimination) return elimination;
  throw new Error(`policy version ${version} says nothing of elimination`);
}
