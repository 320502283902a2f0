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
  fields.matches('payment_code', request.paymentCode, /^\d{17,24}$/, 'must be 17 to 24 digits');
  fields.uuid('merchant_id', request.merchantId);
  fields.optionalUuid('store_id', request.storeId);
  fields.optionalUuid('terminal_id', request.terminalId);
  if (request.terminalId !== '' && request.storeId === '') {
    fields.wrong('store_id', 'is required where a terminal is named');
  }
  fields.payable('payee_amount', request.payeeAmount);
  fields.text('order_description', request.orderDescription, { min: 0, max: 256 });
  fields.refuse();
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
