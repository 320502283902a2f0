import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

/**
 * The stable reason with which a call was refused; the code's name where it failed without one;
 * `accepted` where it was not refused.
 */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    if (error instanceof RpcFailure) return error.code;
    throw error;
  }
}
