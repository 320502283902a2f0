import type {
  CancelPaymentRequest,
  CreatePaymentRequest,
  GetPaymentRequest,
} from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';

/**
 * Judges a payment request by itself, all fields at once. Whether the merchant exists, sells in
 * the currency or is open is none of its business: an earlier payment with this key is answered
 * before any of that. Throws FIELD_INVALID, AMOUNT_INVALID or CURRENCY_UNKNOWN.
 */
export function checkCreatePayment(request: CreatePaymentRequest): void {
  const fields = new Fields();
  fields.identifier('payment_request_id', request.paymentRequestId);
  checkPayer(fields, request);
  fields.place(request);
  fields.payable('payee_amount', request.payeeAmount);
  fields.text('order_description', request.orderDescription, { min: 0, max: 256 });
  fields.refuse();
}

/** The payer is named by a code or by an agreement, never by both. */
function checkPayer(fields: Fields, { paymentCode, agreementId }: CreatePaymentRequest): void {
  if (agreementId === '') {
    fields.matches('payment_code', paymentCode, /^\d{17,24}$/, 'must be 17 to 24 digits');
    return;
  }
  fields.uuid('agreement_id', agreementId);
  if (paymentCode !== '') fields.wrong('payment_code', 'must be empty where an agreement is named');
}

/** Throws FIELD_INVALID unless the request names a payment by one of its ids. */
export function checkGetPayment({ key }: GetPaymentRequest): void {
  const fields = new Fields();
  if (key?.$case === 'paymentId') fields.uuid('payment_id', key.value);
  else if (key?.$case === 'paymentRequestId') fields.identifier('payment_request_id', key.value);
  else fields.wrong('key', 'payment_id or payment_request_id is required');
  fields.refuse();
}

/** Throws FIELD_INVALID. */
export function checkCancelPayment(request: CancelPaymentRequest): void {
  const fields = new Fields();
  fields.identifier('payment_request_id', request.paymentRequestId);
  fields.refuse();
}
