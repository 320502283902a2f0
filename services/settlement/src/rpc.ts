import type { Database } from '@causeway/db';
import { SettlementServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import { listAccounts } from './accounts/list-accounts.ts';
import { listPositions } from './positions/list-positions.ts';
import { listPaymentTransfers } from './transfers/list-payment-transfers.ts';
import { viewerOf } from './viewer.ts';

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
