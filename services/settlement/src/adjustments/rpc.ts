import {
  type Adjustment as AdjustmentMessage,
  AdjustmentServiceService,
} from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import { toParticipant } from '../participants.ts';
import type { PostedAdjustment } from './adjustment.ts';
import { listAdjustments } from './list.ts';
import { type AdjustmentDesk, postOne } from './post.ts';
import { reverseOne } from './reverse.ts';

/** AdjustmentService of settlement.v1. */
export function adjustmentService(desk: AdjustmentDesk): Implementation {
  return implement(AdjustmentServiceService, {
    async postAdjustment(request, { identity }) {
      const { adjustment, replay } = await postOne(desk, identity.id, request);
      return { adjustment: messageOf(adjustment), replay };
    },
    async reverseAdjustment(request, { identity }) {
      const { adjustment, replay } = await reverseOne(desk, identity.id, request);
      return { adjustment: messageOf(adjustment), replay };
    },
    async listAdjustments(request, { identity }) {
      const { adjustments, nextPageToken } = await listAdjustments(desk, identity, request);
      return { adjustments: adjustments.map(messageOf), nextPageToken };
    },
  });
}

function messageOf(adjustment: PostedAdjustment): AdjustmentMessage {
  const { adjustmentId, currencyCode, amountMinor, reason, reference, operatorId } = adjustment;
  return {
    ...{ adjustmentId, reason, reference, operatorId },
    participant: toParticipant(adjustment.participant),
    amount: { currencyCode, amountMinor },
    reversesAdjustmentId: adjustment.reverses ?? '',
    postTime: adjustment.postedAt,
  };
}
