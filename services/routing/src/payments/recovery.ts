import { failpoint, type Runtime } from '@causeway/runtime';
import { pendingAge, pendingCount, recovered } from '../metrics.ts';
import type { RefundStore } from '../refunds/store.ts';
import type { RefundWorker } from '../refunds/worker.ts';
import { LEASE_MS } from './book.ts';
import type { PaymentStore } from './store.ts';
import type { Worker } from './worker.ts';

const LOOK_MS = 1_000;
/** How many a replica takes up at once; what is left over is soon taken by another look. */
const CLAIM_LIMIT = 64;
/** A payment that owes something for longer than this is for a person to look at. */
const ALERT_MS = 60_000;

export interface RecoveryDeps {
  payments: PaymentStore;
  refunds: RefundStore;
  worker: Worker;
  refundWorker: RefundWorker;
  runtime: Runtime;
}

/** Takes up what nobody works on any more: leases that ended with something still owed. */
export function startRecovery(deps: RecoveryDeps): { stop: () => Promise<void> } {
  const { log, timers } = deps.runtime;
  let looking = Promise.resolve();
  const look = async () => {
    try {
      await takeUp(deps);
      await report(deps);
    } catch (err) {
      log.warn({ err }, 'recovery could not look for overdue payments');
    }
  };
  const cancel = timers.every(LOOK_MS, () => {
    looking = look();
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

async function takeUp({ payments, refunds, worker, refundWorker, runtime }: RecoveryDeps) {
  const nowMs = runtime.clock.nowMs();
  const now = new Date(nowMs);
  const leaseUntil = new Date(nowMs + LEASE_MS);
  const duePayments = await payments.claimDue(now, leaseUntil, CLAIM_LIMIT);
  const dueRefunds = await refunds.claimDue(now, leaseUntil, CLAIM_LIMIT);
  if (duePayments.length + dueRefunds.length > 0) await failpoint('routing.recovery.claimed');
  // Not awaited: one slow issuer must not keep recovery from the payments of the others.
  for (const payment of duePayments) {
    recovered.add(1, { kind: 'payment' });
    void worker.drive(payment);
  }
  for (const refund of dueRefunds) {
    recovered.add(1, { kind: 'refund' });
    void refundWorker.drive(refund);
  }
}

async function report({ payments, runtime }: RecoveryDeps) {
  const { count, oldest } = await payments.pendingSummary();
  const ageMs = oldest ? runtime.clock.nowMs() - oldest.getTime() : 0;
  pendingCount.set(count);
  pendingAge.set(ageMs / 1_000);
  if (ageMs > ALERT_MS) {
    runtime.log.error({ count, age_ms: ageMs }, 'payments owe an effect for too long');
  }
}
