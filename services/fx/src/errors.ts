import { Refusal, type RefusalDetails } from '@causeway/runtime';

/** Every reason for which this service refuses a call, and the gRPC code it is answered with. */
export const REASONS = {
  FIELD_INVALID: 'INVALID_ARGUMENT',
  CURRENCY_UNSUPPORTED: 'INVALID_ARGUMENT',
  AMOUNT_INVALID: 'INVALID_ARGUMENT',
  AMOUNT_TOO_SMALL: 'INVALID_ARGUMENT',
  AMOUNT_TOO_LARGE: 'INVALID_ARGUMENT',
  PAGE_TOKEN_INVALID: 'INVALID_ARGUMENT',
  SERVICE_ONLY: 'PERMISSION_DENIED',
  PARKED_FACT_UNKNOWN: 'NOT_FOUND',
  RATE_BOARD_UNKNOWN: 'NOT_FOUND',
  NOTHING_TO_COVER: 'FAILED_PRECONDITION',
  NO_FRESH_RATE: 'UNAVAILABLE',
  PRICING_STOPPED: 'FAILED_PRECONDITION',
  DEPENDENCY_UNAVAILABLE: 'UNAVAILABLE',
  TOO_MANY_WATCHERS: 'RESOURCE_EXHAUSTED',
  DATABASE_UNAVAILABLE: 'UNAVAILABLE',
} as const;

/** Stable, and branched on by callers. */
export type Reason = keyof typeof REASONS;

/** A typed refusal of this service. */
export function refuse(reason: Reason, message: string, details?: RefusalDetails): Refusal<Reason> {
  return new Refusal(reason, message, details);
}

/** A refusal that names the one field that is wrong. */
export function refuseField(reason: Reason, field: string, description: string): Refusal<Reason> {
  return refuse(reason, `${field} ${description}`, { fields: [{ field, description }] });
}

/** Providers send prices every few seconds at most, so it is worth asking again soon. */
const FRESH_RATE_RETRY_MS = 1_000;

/** There is no price to be had of this pair now. */
export function noFreshRate(what: string): Refusal<Reason> {
  return refuse('NO_FRESH_RATE', `there is no fresh rate of ${what}`, {
    retryAfterMs: FRESH_RATE_RETRY_MS,
  });
}
