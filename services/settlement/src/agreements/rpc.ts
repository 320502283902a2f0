import type { Database } from '@causeway/db';
import { SettlementAgreementServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import type { Commands } from '../commands/commands.ts';
import { viewerOf } from '../viewer.ts';
import { getAgreement } from './get.ts';
import { listAgreements } from './list.ts';
import { putAgreement } from './put.ts';

/** SettlementAgreementService of settlement.v1. `onPut` is told that routing may have terms to take. */
export function agreementService(
  { db, commands }: { db: Database; commands: Commands },
  onPut: () => void = () => {},
): Implementation {
  return implement(SettlementAgreementServiceService, {
    async putAgreement(request, { identity }) {
      const answer = await putAgreement({ db, commands }, identity.id, request);
      onPut();
      return answer;
    },
    getAgreement: async (request, { identity }) => ({
      agreement: await getAgreement(db, viewerOf(identity), request),
    }),
    listAgreements: (request, { identity }) => listAgreements(db, viewerOf(identity), request),
  });
}
