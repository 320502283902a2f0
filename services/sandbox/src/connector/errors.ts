import type { Reasons } from '@causeway/rpc';

/** Why a sandbox partner does not answer, and with which code that is told. */
export const REASONS = {
  PARTNER_AWAY: 'UNAVAILABLE',
  PAYMENT_UNKNOWN: 'NOT_FOUND',
  PAYMENT_NOT_CONFIRMED: 'FAILED_PRECONDITION',
  REVERSAL_FAILED: 'UNAVAILABLE',
} as const satisfies Reasons;
