import { type Payment, RefundState } from '@causeway/proto/common';
import {
  type Dispute,
  DisputeOutcome,
  DisputeReason,
  DisputeState,
} from '@causeway/proto/settlement';
import { insist, type Shop, same, until, type World } from '../../../support/index.ts';

const PATIENCE_MS = 60_000;
const statement = { text: 'it never came', evidenceReference: '' };

/**
 * Lives through a dispute of a booked payment while services die, repeating every call until it is
 * answered. The acquirer, which is given no time, is silent, and so loses. Throws unless each step was
 * taken once and the payer was refunded once.
 */
export async function disputedInSilence(
  world: World,
  shop: Shop,
  payment: Payment,
  amountMinor: bigint,
): Promise<void> {
  const disputeId = await opened(world, shop, payment, amountMinor);
  await becomes(world, disputeId, DisputeState.UNANSWERED);
  const demand = { requestId: `demand-${disputeId}`, disputeId, statement };
  await insist(() => world.issuer.disputes.escalateDispute(demand));
  const ended = await becomes(world, disputeId, DisputeState.CLOSED);
  same(ended?.outcome, DisputeOutcome.UNCONTESTED, 'a dispute that nobody answered');
  same(actionsOf(ended), ['open', 'expire', 'escalate', 'expire', 'refund'], disputeId);
  await isRefundedOnce(shop, ended);
}

/** The same for a dispute that is answered, and that an operator decides for the payer. */
export async function disputedAndDecided(
  world: World,
  shop: Shop,
  payment: Payment,
  amountMinor: bigint,
): Promise<void> {
  const disputeId = await opened(world, shop, payment, amountMinor);
  const answer = { requestId: `answer-${disputeId}`, disputeId, statement };
  await insist(() => shop.partner.disputes.answerDispute(answer));
  const demand = { requestId: `demand-${disputeId}`, disputeId, statement };
  await insist(() => world.issuer.disputes.escalateDispute(demand));
  const grantedAmount = { currencyCode: shop.currencyCode, amountMinor };
  const decision = { requestId: `decide-${disputeId}`, disputeId, statement, grantedAmount };
  await insist(() => world.ops.disputes.decideDispute(decision));
  const ended = await becomes(world, disputeId, DisputeState.CLOSED);
  same(ended?.outcome, DisputeOutcome.UPHELD, 'a dispute that was decided');
  same(actionsOf(ended), ['open', 'answer', 'escalate', 'decide', 'refund'], disputeId);
  await isRefundedOnce(shop, ended);
}

async function opened(
  world: World,
  { currencyCode }: Shop,
  { paymentId }: Payment,
  amountMinor: bigint,
): Promise<string> {
  const claim = {
    ...{ requestId: world.id('dispute'), paymentId, statement },
    ...{ claimedAmount: { currencyCode, amountMinor }, reason: DisputeReason.NOT_RECEIVED },
  };
  const { dispute } = await insist(() => world.issuer.disputes.openDispute(claim));
  return dispute?.disputeId ?? '';
}

function becomes({ issuer }: World, disputeId: string, state: DisputeState) {
  return until(
    async () => (await insist(() => issuer.disputes.getDispute({ disputeId }))).dispute,
    (now) => now?.state === state,
    { patienceMs: PATIENCE_MS },
  );
}

function actionsOf(dispute: Dispute | undefined): string[] | undefined {
  return dispute?.steps.map(({ action }) => action);
}

async function isRefundedOnce({ partner }: Shop, dispute: Dispute | undefined): Promise<void> {
  const { disputeId, paymentId = '', claimedAmount } = dispute ?? {};
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
