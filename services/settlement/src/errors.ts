/** Every reason for which this service refuses, with its gRPC code. */
export const REASONS = {
  FIELD_INVALID: 'INVALID_ARGUMENT',
  IDEMPOTENCY_KEY_REUSED: 'ALREADY_EXISTS',
  PAYMENT_NOT_BOOKED: 'NOT_FOUND',
  COVER_UNKNOWN: 'NOT_FOUND',
  COVER_IN_USE: 'FAILED_PRECONDITION',
} as const;
