/** Every reason for which this service refuses, with its gRPC code. */
export const REASONS = {
  FIELD_INVALID: 'INVALID_ARGUMENT',
  PAYMENT_NOT_BOOKED: 'NOT_FOUND',
} as const;
