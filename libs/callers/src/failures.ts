import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

const AWAY = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'CANCELLED']);
const BUSY_REASONS = new Set([
  'DEPENDENCY_UNAVAILABLE',
  'OVERLOADED',
  'DRAINING',
  'DEADLINE_PASSED',
]);

/** Whether a call failed because somebody is not there or too busy: later it may work. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof RpcFailure) return AWAY.has(error.code);
  return error instanceof Refusal && BUSY_REASONS.has(error.reason);
}
