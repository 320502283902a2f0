import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import type { Incidents } from '../connectors/incidents.ts';
import type { PartnerEffects } from '../connectors/partner-effects.ts';
import type { PaymentBook } from '../payments/book.ts';
import { hasLeft } from '../payments/machine/journey.ts';
import type { PaymentRecord } from '../payments/record.ts';
import type { Reversal, ReversalStore } from './store.ts';

const LOOK_MS = 1_000;
const LEASE_MS = 30_000;
/** How many a replica looks at together; they are rare. */
const CLAIM_LIMIT = 64;
/** After each answer that it is undone the partner is left alone for so long, and then for good. */
const PAUSES_MS = [10_000, 60_000, 600_000];
/** When a partner that does not answer is asked again. */
const RETRY_MS = 30_000;

export interface WatchDeps {
  reversals: Pick<ReversalStore, 'claimDue' | 'note'>;
  book: PaymentBook;
  partners: PartnerEffects;
  incidents: Incidents;
  runtime: Runtime;
}

/**
 * Looks after reversals that were sent: a partner that answered that a payment is undone may
 * charge it all the same, and nobody would pay for that. It is then told to give all of it back,
 * until it has taken note.
 */
export function watchReversals(deps: WatchDeps): { stop: () => Promise<void> } {
  const blind = new Trouble(deps.runtime, 'reversals could not be looked after');
  let looking = Promise.resolve();
  const cancel = deps.runtime.timers.every(LOOK_MS, () => {
    looking = lookAfter(deps).then(
      () => blind.passed(),
      (err) => blind.failed({ err }),
    );
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

/** Looks at every reversal that is due now. */
export async function lookAfter(deps: WatchDeps): Promise<void> {
  const nowMs = deps.runtime.clock.nowMs();
  const leaseUntil = new Date(nowMs + LEASE_MS);
  const due = await deps.reversals.claimDue(new Date(nowMs), leaseUntil, CLAIM_LIMIT);
  await Promise.all(due.map((reversal) => lookAt(deps, reversal)));
}

async function lookAt(deps: WatchDeps, reversal: Reversal): Promise<void> {
  const payment = await deps.book.read(reversal);
  if (!payment) throw new Error(`reversed payment ${reversal.paymentId} is not there`);
  // The worker has not had its answer yet, and goes on for it.
  if (!hasLeft(payment, reversal.routeId)) return again(deps, reversal, RETRY_MS);
  if (reversal.state === 'OWED_BACK') return giveBack(deps, payment, reversal);
  const hasCharged = await deps.partners.hasCharged(payment, reversal.routeId);
  if (hasCharged === undefined) return again(deps, reversal, RETRY_MS);
  if (hasCharged) return giveBack(deps, payment, reversal);
  const checks = reversal.checks + 1;
  const pauseMs = PAUSES_MS[checks];
  if (pauseMs !== undefined) return again(deps, { ...reversal, checks }, pauseMs);
  await deps.reversals.note({ ...reversal, checks, state: 'QUIET' }, undefined);
}

async function giveBack(deps: WatchDeps, payment: PaymentRecord, reversal: Reversal) {
  const { reversals, partners, incidents } = deps;
  const at = { ...payment, routeId: reversal.routeId };
  if (await partners.giveBack(payment, reversal.routeId)) {
    await failpoint('routing.reversal.given_back');
    await reversals.note({ ...reversal, state: 'GIVEN_BACK' }, undefined);
    incidents.raise('late_success_refunded', at);
    return;
  }
  if (reversal.state !== 'OWED_BACK') incidents.raise('late_success_unresolved', at);
  await again(deps, { ...reversal, state: 'OWED_BACK' }, RETRY_MS);
}

function again({ reversals, runtime }: WatchDeps, reversal: Reversal, inMs: number): Promise<void> {
  return reversals.note(reversal, new Date(runtime.clock.nowMs() + inMs));
}

/** When a reversal that is sent now is looked at first. */
export function firstLook(nowMs: number): Date {
  return new Date(nowMs + (PAUSES_MS[0] ?? 0));
}
