import { DisputeServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import { decideDispute, takeStep } from './act.ts';
import { acceptCommand, answerCommand, escalateCommand, withdrawCommand } from './commands.ts';
import type { Actor, DisputeDesk } from './desk.ts';
import { messageOf } from './message.ts';
import { openDispute } from './open.ts';
import { getDispute, listDisputes } from './read.ts';

/** DisputeService of settlement.v1. */
export function disputeService(desk: DisputeDesk): Implementation {
  const shown = async (actor: Actor, disputeId: string) => {
    const { dispute, steps } = await getDispute(desk, actor, disputeId);
    return messageOf(dispute, steps);
  };
  return implement(DisputeServiceService, {
    async openDispute(request, { identity }) {
      const { disputeId, replay } = await openDispute(desk, identity, request);
      return { dispute: await shown(identity, disputeId), replay };
    },
    async answerDispute(request, { identity }) {
      await takeStep(desk, identity, answerCommand, request);
      return { dispute: await shown(identity, request.disputeId) };
    },
    async acceptDispute(request, { identity }) {
      await takeStep(desk, identity, acceptCommand, request);
      return { dispute: await shown(identity, request.disputeId) };
    },
    async escalateDispute(request, { identity }) {
      await takeStep(desk, identity, escalateCommand, request);
      return { dispute: await shown(identity, request.disputeId) };
    },
    async withdrawDispute(request, { identity }) {
      await takeStep(desk, identity, withdrawCommand, request);
      return { dispute: await shown(identity, request.disputeId) };
    },
    async decideDispute(request, { identity }) {
      await decideDispute(desk, identity, request);
      return { dispute: await shown(identity, request.disputeId) };
    },
    async getDispute({ disputeId }, { identity }) {
      return { dispute: await shown(identity, disputeId) };
    },
    async listDisputes(request, { identity }) {
      const { disputes, nextPageToken } = await listDisputes(desk, identity, request);
      return { disputes: disputes.map((dispute) => messageOf(dispute)), nextPageToken };
    },
  });
}
