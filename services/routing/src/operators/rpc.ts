import type { Database } from '@causeway/db';
import { RecoveryServiceService } from '@causeway/proto/routing';
import { type Implementation, implement } from '@causeway/rpc';
import { listStandings } from '../probe/list-standings.ts';
import { type DriveDeps, drivePayment } from './drive.ts';
import { paymentStory, type StoryDeps } from './story.ts';

/** RecoveryService of routing.v1. */
export function recoveryService(deps: DriveDeps & StoryDeps & { db: Database }): Implementation {
  return implement(RecoveryServiceService, {
    getPaymentStory: ({ paymentId }, _call) => paymentStory(deps, paymentId),
    listStandings: ({ paymentIds }, _call) => listStandings(deps.db, paymentIds),
    drivePayment: ({ paymentId }, { identity, deadlineMs }) =>
      drivePayment(deps, paymentId, identity.id, deadlineMs),
  });
}
