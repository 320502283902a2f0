import type { Database } from '@causeway/db';
import { SettlementServiceService } from '@causeway/proto/settlement';
import { type Identity, type Implementation, implement } from '@causeway/rpc';
import { listAccounts } from './accounts/list-accounts.ts';
import { listPositions, type Viewer } from './positions/list-positions.ts';
import { listPaymentTransfers } from './transfers/list-payment-transfers.ts';

/** SettlementService of settlement.v1. */
export function implementation(db: Database): Implementation {
  return implement(SettlementServiceService, {
    listPositions: async ({ participantId }, { identity }) => ({
      positions: await listPositions(db, viewerOf(identity), participantId),
    }),
    listAccounts: async () => ({ accounts: await listAccounts(db) }),
    listPaymentTransfers: async ({ paymentId }) => ({
      transfers: await listPaymentTransfers(db, paymentId),
    }),
  });
}

/** The access rule lets no other kinds in; were it changed, they would still see nothing. */
function viewerOf({ kind, id }: Identity): Viewer {
  if (kind === 'partner' || kind === 'issuer' || kind === 'operator') return { kind, id };
  throw new Error(`a ${kind} has no positions to see`);
}
