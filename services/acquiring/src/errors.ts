/**
 * Every reason for which this service refuses, with its gRPC code. Reasons that routing gives
 * for a partner's request are the partner's to see as they are, so they stand here too.
 */
export const REASONS = {
  FIELD_INVALID: 'INVALID_ARGUMENT',
  AMOUNT_INVALID: 'INVALID_ARGUMENT',
  CURRENCY_UNKNOWN: 'INVALID_ARGUMENT',
  CURRENCY_MISMATCH: 'INVALID_ARGUMENT',
  PAGE_TOKEN_INVALID: 'INVALID_ARGUMENT',
  CURSOR_INVALID: 'INVALID_ARGUMENT',
  PARTNER_UNKNOWN: 'PERMISSION_DENIED',
  MERCHANT_UNKNOWN: 'NOT_FOUND',
  STORE_UNKNOWN: 'NOT_FOUND',
  PAYMENT_UNKNOWN: 'NOT_FOUND',
  REFUND_UNKNOWN: 'NOT_FOUND',
  WEBHOOK_UNKNOWN: 'NOT_FOUND',
  DELIVERY_UNKNOWN: 'NOT_FOUND',
  IDEMPOTENCY_KEY_REUSED: 'ALREADY_EXISTS',
  TARGET_FORBIDDEN: 'FAILED_PRECONDITION',
  TOO_MANY_WEBHOOKS: 'FAILED_PRECONDITION',
  ROTATION_IN_PROGRESS: 'FAILED_PRECONDITION',
  PAYMENT_DECLINED: 'FAILED_PRECONDITION',
  PAYMENT_REFUNDED: 'FAILED_PRECONDITION',
  PAYMENT_NOT_SUCCEEDED: 'FAILED_PRECONDITION',
  REFUND_EXCEEDS_PAYMENT: 'FAILED_PRECONDITION',
  REFUND_TOO_LATE: 'FAILED_PRECONDITION',
  CANCEL_TOO_LATE: 'FAILED_PRECONDITION',
  CANCEL_IN_PROGRESS: 'UNAVAILABLE',
  OVERLOADED: 'RESOURCE_EXHAUSTED',
  DEPENDENCY_UNAVAILABLE: 'UNAVAILABLE',
  DEADLINE_PASSED: 'DEADLINE_EXCEEDED',
} as const;

/** Why this service refuses a request. */
export type Reason = keyof typeof REASONS;

/** Whether a reason that came from elsewhere is one that partners know. */
export function isReason(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}

/** Numbers of the codes above, which a stream's answers carry. */
const CODE_NUMBERS = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
} as const satisfies Record<(typeof REASONS)[Reason], number>;

/** The number of gRPC's INTERNAL, for what nobody foresaw. */
export const INTERNAL_CODE = 13;

/** The number of the gRPC code that a reason has; INTERNAL for one that has none. */
export function codeNumberOf(reason: string): number {
  return isReason(reason) ? CODE_NUMBERS[REASONS[reason]] : INTERNAL_CODE;
}
