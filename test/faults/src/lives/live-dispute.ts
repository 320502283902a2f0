import { setTimeout as sleep } from 'node:timers/promises';
import { RefundState } from '@causeway/proto/common';
import {
  type Dispute,
  DisputeOutcome,
  DisputeReason,
  DisputeState,
} from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import {
  holds,
  insist,
  isPassing,
  PAUSE_MS,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';
import { paidAndBooked } from './booked.ts';

const PATIENCE_MS = 150_000;
const CLAIMED_MINOR = 300n;
const statement = { text: 'it never came', evidenceReference: '' };
/** Both give the payer back what was claimed: the second where nobody had time to answer. */
const WON: readonly DisputeOutcome[] = [DisputeOutcome.UPHELD, DisputeOutcome.UNCONTESTED];

/**
 * Lives through a dispute of a booked payment while services die: it is answered where there is
 * time for that, escalated, and decided for the payer. Throws unless each step was taken once and the
 * payer was refunded once.
 */
export async function liveDispute(world: World): Promise<void> {
  const booked = await paidAndBooked(world);
  if (booked === undefined) return;
  const { shop, payment } = booked;
  const grantedAmount = { currencyCode: shop.currencyCode, amountMinor: CLAIMED_MINOR };
  const claim = {
    ...{ requestId: world.id('dispute'), paymentId: payment.paymentId, statement },
    ...{ claimedAmount: grantedAmount, reason: DisputeReason.NOT_RECEIVED },
  };
  const opened = await insist(() => world.issuer.disputes.openDispute(claim));
  const { disputeId = '' } = opened.dispute ?? {};
  const demand = { requestId: `demand-${disputeId}`, disputeId, statement };
  const steps: Partial<Record<DisputeState, () => Promise<unknown>>> = {
    [DisputeState.REQUESTED]: () =>
      shop.partner.disputes.answerDispute({ ...demand, requestId: `answer-${disputeId}` }),
    [DisputeState.ANSWERED]: () => world.issuer.disputes.escalateDispute(demand),
    [DisputeState.UNANSWERED]: () => world.issuer.disputes.escalateDispute(demand),
    [DisputeState.ESCALATED]: () =>
      world.ops.disputes.decideDispute({
        ...{ requestId: `decide-${disputeId}`, disputeId, statement, grantedAmount },
      }),
  };
  const ended = await drive(world, disputeId, steps);
  holds(ended?.state === DisputeState.CLOSED, `the dispute ${disputeId} never ended`);
  holds(WON.includes(ended.outcome), `${disputeId} ended ${DisputeOutcome[ended.outcome]}`);
  const actions = ended.steps.map(({ action }) => action).filter((action) => action !== 'expire');
  same(new Set(actions).size, actions.length, `the steps of ${disputeId}, ${actions.join(' ')}`);
  await isRefundedOnce(shop, ended);
}

/** Takes the step that its state asks for, until nothing is left to do. */
async function drive(
  { issuer }: World,
  disputeId: string,
  steps: Partial<Record<DisputeState, () => Promise<unknown>>>,
): Promise<Dispute | undefined> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const { dispute } = await insist(() => issuer.disputes.getDispute({ disputeId }));
    const state = dispute?.state ?? DisputeState.UNSPECIFIED;
    if (state === DisputeState.CLOSED || performance.now() > giveUpAtMs) return dispute;
    await steps[state]?.().catch(unlessLate);
    await sleep(PAUSE_MS);
  }
}

/** Its state has changed meanwhile, or somebody is away: it is looked at again. */
function unlessLate(error: unknown): void {
  const isLate =
    error instanceof Refusal && /^(DISPUTE_|DEADLINE_PASSED|ANSWER_PENDING)/.test(error.reason);
  if (!isLate && !isPassing(error)) throw error;
}

async function isRefundedOnce({ partner }: Shop, dispute: Dispute): Promise<void> {
  const { disputeId, paymentId, claimedAmount } = dispute;
  const page = { paymentId, pageSize: 0, pageToken: '' };
  const read = async () => {
    const { refunds } = await insist(() => partner.payments.listRefunds(page));
    return refunds.filter(({ refundRequestId }) => refundRequestId === `dispute:${disputeId}`);
  };
  const refunds = await until(read, ([first]) => first?.state === RefundState.SUCCEEDED, {
    patienceMs: PATIENCE_MS,
  });
  const made = refunds.map(({ state, payeeAmount }) => [state, payeeAmount]);
  same(made, [[RefundState.SUCCEEDED, claimedAmount]], `the refund of ${disputeId}`);
}
