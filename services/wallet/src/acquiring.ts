import type { PayerServiceService } from '@causeway/proto/acquiring';
import { type CallOptions, type Client, RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { isReason, type Reason } from './errors.ts';
import { acquiringCalls } from './metrics.ts';

/** The switch's side of the payer, as its client shows it. */
export type PayerClient = Omit<Client<typeof PayerServiceService>, 'close'>;

/**
 * Asks the switch for a user. Its refusals go on as they are, with reason, fields and metadata.
 * Throws a Refusal DEPENDENCY_UNAVAILABLE where no answer came: every call has a key or only
 * reads, so the caller may make it again.
 *
 * @param operation names the call in metrics
 */
export type AskAcquiring = <Response>(
  operation: string,
  send: (client: PayerClient, options: CallOptions) => Promise<Response>,
  options: CallOptions,
) => Promise<Response>;

/** A confirmation waits for the partner; an app that waits longer asks for the payment. */
export const ACQUIRING_TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS = 500;
/** Kept back from the caller's time, so that our answer arrives while it still listens. */
const ANSWER_MARGIN_MS = 100;

/** The one way to acquiring; nothing is opened before the first call. */
export function acquiringBy(client: PayerClient): AskAcquiring {
  return async (operation, send, { deadlineMs, timeoutMs = ACQUIRING_TIMEOUT_MS }) => {
    const within = deadlineMs === undefined ? {} : { deadlineMs: deadlineMs - ANSWER_MARGIN_MS };
    try {
      const response = await send(client, { timeoutMs, ...within });
      acquiringCalls.add(1, { operation, outcome: 'ok' });
      return response;
    } catch (error) {
      const failure = explained(error);
      const outcome = failure instanceof Refusal ? failure.reason : 'error';
      acquiringCalls.add(1, { operation, outcome });
      throw failure;
    }
  };
}

/** A reason that is ours too is the app's to see; any other is a defect between the services. */
function explained(error: unknown): unknown {
  const isLate = error instanceof Refusal && error.reason === 'DEADLINE_PASSED';
  if (error instanceof RpcFailure || isLate) {
    return new Refusal<Reason>('DEPENDENCY_UNAVAILABLE', 'the switch gave no answer in time', {
      retryAfterMs: RETRY_AFTER_MS,
      cause: error,
    });
  }
  if (!(error instanceof Refusal) || isReason(error.reason)) return error;
  return new Error(`acquiring refused with ${error.reason}`, { cause: error });
}
