import { RecoveryServiceService } from '@causeway/proto/routing';
import { type Implementation, implement } from '@causeway/rpc';
import { type DriveDeps, drivePayment } from './drive.ts';
import { paymentStory, type StoryDeps } from './story.ts';

/** RecoveryService of routing.v1. */
export function recoveryService(deps: DriveDeps & StoryDeps): Implementation {
  return implement(RecoveryServiceService, {
    getPaymentStory: ({ paymentId }, _call) => paymentStory(deps, paymentId),
    drivePayment: ({ paymentId }, { identity, deadlineMs }) =>
      drivePayment(deps, paymentId, identity.id, deadlineMs),
  });
}
