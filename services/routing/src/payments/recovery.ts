import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import { inDoubt, pendingAge, pendingCount, recovered } from '../metrics.ts';
import type { RefundStore } from '../refunds/store.ts';
import type { RefundWorker } from '../refunds/worker.ts';
import { LEASE_MS } from './book.ts';
import type { Step } from './record.ts';
import type { PaymentStore } from './store.ts';
import type { Worker } from './worker.ts';

const LOOK_MS = 1_000;
/** How many a replica takes up at once; what is left over is soon taken by another look. */
const CLAIM_LIMIT = 256;
/** Likewise of orders whose time is over, which cost one commit each. */
const EXPIRED_LIMIT = 2_048;
/** How often a look goes on while there is more: what is claimed waits in memory. */
const MAX_ROUNDS = 4;
/** A payment that owes something for longer than this is for a person to look at. */
const ALERT_MS = 60_000;
/** What a party may leave unanswered; REFUND of a refund. A gauge keeps its value until told 0. */
const DOUBTFUL_STEPS: readonly (Exclude<Step, 'AWAIT_PAYER' | 'DONE'> | 'REFUND')[] = [
  'CHARGE',
  'HOLD',
  'TAKE_OVER',
  'CONFIRM',
  'INQUIRE',
  'REVERSE',
  'CAPTURE',
  'VOID_FOR_CANCEL',
  'VOID_FOR_EXPIRY',
  'VOID_FOR_REFUSAL',
  'REFUND',
];

export interface RecoveryDeps {
  payments: Pick<PaymentStore, 'claimDue' | 'claimExpired' | 'owedSummary' | 'owed'>;
  refunds: Pick<RefundStore, 'claimDue'>;
  worker: Pick<Worker, 'takeUp'>;
  refundWorker: Pick<RefundWorker, 'drive'>;
  runtime: Runtime;
}

/** Takes up what nobody works on any more: leases that ended with something still owed. */
export function startRecovery(deps: RecoveryDeps): { stop: () => Promise<void> } {
  const { timers } = deps.runtime;
  const blind = new Trouble(deps.runtime, 'recovery could not look for overdue payments');
  const overdue = new Trouble(deps.runtime, 'payments owe an effect for too long', 'error');
  let looking = Promise.resolve();
  const look = async () => {
    try {
      let hasMore = true;
      for (let round = 0; hasMore && round < MAX_ROUNDS; round += 1) hasMore = await takeUp(deps);
      await report(deps, overdue);
      blind.passed();
    } catch (err) {
      blind.failed({ err });
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

/** Takes up a share of what is due. Answers whether there may be more. */
async function takeUp(deps: RecoveryDeps): Promise<boolean> {
  const { payments, refunds, worker, refundWorker, runtime } = deps;
  const nowMs = runtime.clock.nowMs();
  const now = new Date(nowMs);
  const leaseUntil = new Date(nowMs + LEASE_MS);
  const expired = await payments.claimExpired(now, leaseUntil, EXPIRED_LIMIT);
  for (const order of expired) void worker.takeUp(order);
  const duePayments = await payments.claimDue(now, leaseUntil, CLAIM_LIMIT);
  const dueRefunds = await refunds.claimDue(now, leaseUntil, CLAIM_LIMIT);
  if (duePayments.length + dueRefunds.length > 0) await failpoint('routing.recovery.claimed');
  // Not awaited: one slow issuer must not keep recovery from the payments of the others.
  for (const payment of duePayments) {
    recovered.add(1, { kind: 'payment' });
    void worker.takeUp(payment);
  }
  for (const refund of dueRefunds) {
    recovered.add(1, { kind: 'refund' });
    void refundWorker.drive(refund);
  }
  return (
    expired.length === EXPIRED_LIMIT ||
    duePayments.length === CLAIM_LIMIT ||
    dueRefunds.length === CLAIM_LIMIT
  );
}

async function report({ payments, runtime }: RecoveryDeps, overdue: Trouble) {
  const nowMs = runtime.clock.nowMs();
  const owed = await payments.owedSummary(new Date(nowMs - LEASE_MS));
  const count = owed.reduce((sum, one) => sum + one.count, 0);
  const ageMs = Math.max(0, ...owed.map(({ oldest }) => nowMs - oldest.getTime()));
  pendingCount.set(count);
  pendingAge.set(ageMs / 1_000);
  const doubts = new Map(owed.map(({ step, inDoubt: doubtful }) => [step, doubtful]));
  for (const step of DOUBTFUL_STEPS) inDoubt.set(doubts.get(step) ?? 0, { step });
  if (ageMs <= ALERT_MS) return overdue.passed();
  // Somebody is woken by this: one of them is where to begin.
  const [first] = await payments.owed(1);
  const { paymentId, step, routeId, issuerId } = first ?? {};
  const example = { payment_id: paymentId, step, route: routeId, issuer: issuerId };
  overdue.failed({ count, age_ms: ageMs, ...example });
}
