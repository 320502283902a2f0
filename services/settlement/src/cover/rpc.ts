import { CoverServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import { participantOf } from '../participants.ts';
import { viewerOf } from '../viewer.ts';
import { type ChangeDeps, setCap, topUp, withdraw } from './change.ts';
import { leaseCover } from './lease.ts';
import { getCover, listCover } from './list.ts';

/** CoverService of settlement.v1. */
export function coverService(deps: ChangeDeps): Implementation {
  const { db } = deps;
  return implement(CoverServiceService, {
    getCover: async ({ participant, currencyCode }, { identity }) => {
      const named = participantOf(participant);
      const key = named && { participant: named, currencyCode };
      return { cover: await getCover(db, viewerOf(identity), key) };
    },
    listCover: async ({ participantId }, { identity }) => ({
      covers: await listCover(db, viewerOf(identity), participantId),
    }),
    setCap: async (request, { identity }) => ({ cover: await setCap(deps, request, identity.id) }),
    topUp: async (request, { identity }) => ({ cover: await topUp(deps, request, identity.id) }),
    withdraw: async (request, { identity }) => ({
      cover: await withdraw(deps, request, identity.id),
    }),
    leaseCover: async (request) => leaseCover(deps, request),
  });
}
