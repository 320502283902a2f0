import type {
  Policy,
  SimulatePolicyRequest,
  SimulatePolicyResponse,
} from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { DirectoryView } from '../../directory/directory.ts';
import { refuse } from '../../errors.ts';
import { decide } from '../decide/decide.ts';
import type { PolicyStore } from '../policies/store.ts';
import { checked, storedPolicy } from '../policies/write.ts';
import { inputsOf, type Versions } from './inputs.ts';
import { Simulation } from './simulation.ts';
import type { PastPlace, PastStore } from './store.ts';

export interface SimulateDeps extends Versions {
  past: PastStore;
  policyStore: PolicyStore;
  directory: { readonly view: DirectoryView };
  runtime: Runtime;
}

const DAY_MS = 86_400_000;
const DEFAULT_PAYMENTS = 10_000n;
const MAX_PAYMENTS = 1_000_000n;
/** Deciding so many takes some ten milliseconds, after which live payments have their turn. */
const PAGE_SIZE = 500;
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Runs policies over past payments, one simulation at a time: live payments need the processor. */
export class Simulator {
  #isBusy = false;

  constructor(private readonly deps: SimulateDeps) {}

  /** Yields progress page by page, and at last the report; ends early where nobody listens. */
  async *run(
    request: SimulatePolicyRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SimulatePolicyResponse> {
    if (this.#isBusy) {
      throw refuse('SIMULATION_IN_PROGRESS', 'another simulation runs here', {
        retryAfterMs: 5_000,
      });
    }
    this.#isBusy = true;
    try {
      yield* this.#simulate(request, signal);
    } finally {
      this.#isBusy = false;
    }
  }

  async *#simulate(
    request: SimulatePolicyRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SimulatePolicyResponse> {
    const { past, runtime } = this.deps;
    const policy = await this.#policyOf(request);
    const limit = paymentLimit(request.maxPayments);
    const nowMs = runtime.clock.nowMs();
    const from = request.fromTime ?? new Date(nowMs - DAY_MS);
    const totalCount = await past.count(from, limit);
    const simulation = new Simulation();
    let before: PastPlace | undefined = { createdAt: new Date(nowMs), paymentId: LAST_UUID };
    while (before !== undefined && simulation.paymentCount < totalCount) {
      const left = totalCount - simulation.paymentCount;
      const size = left < PAGE_SIZE ? Number(left) : PAGE_SIZE;
      before = await this.#decidePage(simulation, policy, from, before, size);
      if (signal.aborted) return;
      yield { decidedCount: simulation.paymentCount, totalCount, report: undefined };
    }
    const report = simulation.report();
    yield { decidedCount: report.paymentCount, totalCount: report.paymentCount, report };
  }

  /** Answers where the next page begins; undefined after the last one. */
  async #decidePage(
    simulation: Simulation,
    policy: Policy,
    from: Date,
    before: PastPlace,
    size: number,
  ): Promise<PastPlace | undefined> {
    const { payments, last } = await this.deps.past.page(from, before, size);
    for (const payment of payments) {
      const inputs = await inputsOf(this.deps, payment);
      simulation.add(decide(inputs), decide({ ...inputs, policy }));
    }
    return last;
  }

  async #policyOf({ policy }: SimulatePolicyRequest): Promise<Policy> {
    const { policyStore, policies, directory } = this.deps;
    switch (policy?.$case) {
      case 'draft':
        return checked(directory.view, policy.value);
      case 'version':
        return policy.value === 0n ? policies.inForce : storedPolicy(policyStore, policy.value);
      case undefined:
        throw refuse('FIELD_INVALID', 'policy is missing: name a version, or bring a draft');
    }
  }
}

function paymentLimit(maxPayments: bigint): bigint {
  if (maxPayments >= 0n && maxPayments <= MAX_PAYMENTS) return maxPayments || DEFAULT_PAYMENTS;
  throw refuse('FIELD_INVALID', `max_payments takes 0 to ${MAX_PAYMENTS}`);
}
