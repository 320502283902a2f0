import {
  type Dispute as DisputeMessage,
  DisputeOutcome,
  DisputeReason,
  DisputeState,
} from '@causeway/proto/settlement';
import type { Dispute, DisputeStep } from './dispute.ts';

/** A dispute as callers see it; without `steps` in lists. */
export function messageOf(dispute: Dispute, steps: readonly DisputeStep[] = []): DisputeMessage {
  const { currencyCode, grantedMinor, givenBack } = dispute;
  const money = (amountMinor: bigint | undefined) =>
    amountMinor === undefined ? undefined : { currencyCode, amountMinor };
  return {
    ...{ disputeId: dispute.disputeId, paymentId: dispute.paymentId },
    ...{ issuerId: dispute.issuerId, partnerId: dispute.partnerId },
    version: BigInt(dispute.version),
    state: DisputeState[dispute.state],
    outcome: DisputeOutcome[dispute.outcome ?? 'UNSPECIFIED'],
    reason: reasonOf(dispute.reason),
    claimedAmount: money(dispute.claimedMinor),
    grantedAmount: money(grantedMinor),
    refundedPayeeAmount: money(givenBack?.payeeMinor),
    refundedPayerAmount: givenBack?.payer,
    refundId: givenBack?.refundId ?? '',
    deadlineTime: dispute.deadlineAt,
    ...{ createTime: dispute.openedAt, updateTime: dispute.updatedAt },
    steps: steps.map((step) => ({
      version: BigInt(step.version),
      ...{ action: step.action, actorId: step.actorId, state: DisputeState[step.state] },
      ...{ ...step.statement, stepTime: step.steppedAt },
    })),
  };
}

function reasonOf(name: string): DisputeReason {
  const found = Object.entries(DisputeReason).find(([key]) => key === name);
  return typeof found?.[1] === 'number' ? found[1] : DisputeReason.UNSPECIFIED;
}
