import { Refusal, type RefusalDetails } from '@causeway/runtime';
import type { MachineRefusal } from './payments/machine/types.ts';

type OwnReason =
  | 'FIELD_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'MERCHANT_UNKNOWN'
  | 'PAYMENT_UNKNOWN'
  | 'ISSUER_UNKNOWN'
  | 'REFUND_UNKNOWN'
  | 'QUOTE_INVALID'
  | 'NO_ROUTE'
  | 'NO_FRESH_RATE'
  | 'CURRENCY_UNSUPPORTED'
  | 'AMOUNT_TOO_SMALL'
  | 'AMOUNT_TOO_LARGE'
  | 'CANCEL_IN_PROGRESS'
  | 'DEPENDENCY_UNAVAILABLE'
  | 'COVER_UNAVAILABLE'
  | 'PAGE_TOKEN_INVALID'
  | 'PREFIX_TAKEN'
  | 'SUBJECT_INVALID'
  | 'STOP_UNKNOWN'
  | 'ROUTE_UNKNOWN'
  | 'POLICY_UNKNOWN'
  | 'NOT_ROUTED'
  | 'SIMULATION_IN_PROGRESS'
  | 'TOO_MANY_OPEN_ORDERS'
  | 'PARTICIPANT_UNKNOWN'
  | 'DAY_NOT_OPEN'
  | 'DAY_NOT_SEALED';

export type Reason = OwnReason | MachineRefusal;

/** The one place where a reason gets its gRPC code. */
export const REASONS = {
  FIELD_INVALID: 'INVALID_ARGUMENT',
  IDEMPOTENCY_KEY_REUSED: 'ALREADY_EXISTS',
  MERCHANT_UNKNOWN: 'NOT_FOUND',
  PAYMENT_UNKNOWN: 'NOT_FOUND',
  ISSUER_UNKNOWN: 'NOT_FOUND',
  REFUND_UNKNOWN: 'NOT_FOUND',
  QUOTE_INVALID: 'FAILED_PRECONDITION',
  NO_ROUTE: 'FAILED_PRECONDITION',
  NO_FRESH_RATE: 'UNAVAILABLE',
  CURRENCY_UNSUPPORTED: 'INVALID_ARGUMENT',
  AMOUNT_TOO_SMALL: 'INVALID_ARGUMENT',
  AMOUNT_TOO_LARGE: 'INVALID_ARGUMENT',
  CANCEL_IN_PROGRESS: 'UNAVAILABLE',
  DEPENDENCY_UNAVAILABLE: 'UNAVAILABLE',
  COVER_UNAVAILABLE: 'UNAVAILABLE',
  PAGE_TOKEN_INVALID: 'INVALID_ARGUMENT',
  PREFIX_TAKEN: 'ALREADY_EXISTS',
  SUBJECT_INVALID: 'INVALID_ARGUMENT',
  STOP_UNKNOWN: 'NOT_FOUND',
  ORDER_TAKEN: 'FAILED_PRECONDITION',
  ORDER_CLOSED: 'FAILED_PRECONDITION',
  ROUTE_UNKNOWN: 'NOT_FOUND',
  POLICY_UNKNOWN: 'NOT_FOUND',
  NOT_ROUTED: 'FAILED_PRECONDITION',
  SIMULATION_IN_PROGRESS: 'RESOURCE_EXHAUSTED',
  TOO_MANY_OPEN_ORDERS: 'RESOURCE_EXHAUSTED',
  PARTICIPANT_UNKNOWN: 'NOT_FOUND',
  DAY_NOT_OPEN: 'FAILED_PRECONDITION',
  DAY_NOT_SEALED: 'FAILED_PRECONDITION',
  PAYMENT_DECLINED: 'FAILED_PRECONDITION',
  PAYMENT_REFUNDED: 'FAILED_PRECONDITION',
  PAYMENT_NOT_SUCCEEDED: 'FAILED_PRECONDITION',
  CANCEL_TOO_LATE: 'FAILED_PRECONDITION',
  CURRENCY_MISMATCH: 'INVALID_ARGUMENT',
  REFUND_EXCEEDS_PAYMENT: 'FAILED_PRECONDITION',
  REFUND_TOO_LATE: 'FAILED_PRECONDITION',
  COVER_EXHAUSTED: 'FAILED_PRECONDITION',
} as const satisfies Record<Reason, string>;

/** What the machine's refusals mean, for whoever called. */
export const MACHINE_REFUSALS: Record<MachineRefusal, string> = {
  ORDER_TAKEN: 'another payer confirmed this order first',
  ORDER_CLOSED: 'the order was cancelled, or its time is over: nothing was held',
  PAYMENT_DECLINED: 'the payment was declined: nothing was taken, so there is nothing to cancel',
  PAYMENT_REFUNDED: 'the payment has refunds: refund the rest instead of cancelling',
  PAYMENT_NOT_SUCCEEDED: 'only a payment that succeeded and is not being cancelled can be refunded',
  CANCEL_TOO_LATE: 'its clearing day is closed: refund the payment instead',
  CURRENCY_MISMATCH: 'a refund is in the currency that the merchant charged',
  REFUND_EXCEEDS_PAYMENT: 'the refunds of a payment cannot exceed what was charged',
  REFUND_TOO_LATE: 'a payment can be refunded for 366 days',
  COVER_EXHAUSTED:
    'what the participant would owe the switch is more than its cap and what it paid in ahead',
};

/** A typed refusal of this service. */
export function refuse(reason: Reason, message: string, details?: RefusalDetails): Refusal<Reason> {
  return new Refusal(reason, message, details);
}
