import { type FineBps, formatBps, formatFraction } from '@causeway/money';
import type { SimulationReport } from '@causeway/proto/routing';
import { successShare } from '../decide/cost.ts';
import type { Decision } from '../decide/decide.ts';
import type { Candidate } from '../decide/judge.ts';
import { byId } from '../decide/route-index.ts';

/** What one policy did with the payments: sums, of which the report shows the means. */
interface Side {
  routedCount: bigint;
  cost: FineBps;
  success: FineBps;
}

const NOTHING: Side = { routedCount: 0n, cost: 0n, success: 0n };

/** Adds up what another policy would have changed. Pure. */
export class Simulation {
  paymentCount = 0n;
  #changedCount = 0n;
  #unroutedCount = 0n;
  #before = NOTHING;
  #after = NOTHING;
  readonly #moves = new Map<string, bigint>();

  /** One payment, as it was decided and as it would have been. */
  add(before: Decision, after: Decision): void {
    const [was, would] = [before.plan[0], after.plan[0]];
    this.paymentCount += 1n;
    this.#before = withOne(this.#before, was);
    this.#after = withOne(this.#after, would);
    if (would === undefined) this.#unroutedCount += 1n;
    const [from, to] = [was?.route.routeId ?? '', would?.route.routeId ?? ''];
    if (from === to) return;
    this.#changedCount += 1n;
    const move = `${from}/${to}`;
    this.#moves.set(move, (this.#moves.get(move) ?? 0n) + 1n);
  }

  report(): SimulationReport {
    return {
      paymentCount: this.paymentCount,
      changedCount: this.#changedCount,
      costBpsBefore: formatBps(mean(this.#before.cost, this.#before.routedCount)),
      costBpsAfter: formatBps(mean(this.#after.cost, this.#after.routedCount)),
      expectedSuccessBefore: formatFraction(mean(this.#before.success, this.paymentCount)),
      expectedSuccessAfter: formatFraction(mean(this.#after.success, this.paymentCount)),
      moves: [...this.#moves].sort(mostFirst).map(([move, paymentCount]) => {
        const [fromRouteId = '', toRouteId = ''] = move.split('/');
        return { fromRouteId, toRouteId, paymentCount };
      }),
      unroutedCount: this.#unroutedCount,
    };
  }
}

function withOne({ routedCount, cost, success }: Side, taken: Candidate | undefined): Side {
  if (taken === undefined) return { routedCount, cost, success };
  return {
    routedCount: routedCount + 1n,
    cost: cost + taken.cost.total,
    success: success + successShare(taken),
  };
}

/** Rounded towards zero: it is a figure to compare, and nobody's money. */
function mean(sum: FineBps, count: bigint): FineBps {
  return count === 0n ? 0n : sum / count;
}

function mostFirst([a, countA]: [string, bigint], [b, countB]: [string, bigint]): number {
  if (countA !== countB) return countA > countB ? -1 : 1;
  return byId(a, b);
}
