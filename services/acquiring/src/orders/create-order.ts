import {
  type CreateOrderRequest,
  type CreateOrderResponse,
  OrderPresentation,
} from '@causeway/proto/acquiring';
import { type Payment, PaymentMethod } from '@causeway/proto/common';
import { failpoint } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import type { Intake } from '../payments/create-payment.ts';
import type { Links } from '../presented/links.ts';
import { fitsPayload, payloadOf } from '../presented/payload.ts';
import type { Caller } from '../routed.ts';

const MAX_TTL_SECONDS = 600;

const METHOD_OF: ReadonlyMap<OrderPresentation, PaymentMethod> = new Map([
  [OrderPresentation.UNSPECIFIED, PaymentMethod.CASHIER],
  [OrderPresentation.LINK, PaymentMethod.CASHIER],
  [OrderPresentation.CODE, PaymentMethod.MERCHANT_QR],
]);

/** What making an order works with. */
export interface Ordering extends Pick<Intake, 'directory' | 'routed'> {
  links: Links;
}

/**
 * Makes a payment that waits for its payer, and the link and code that lead to it. Both follow
 * from the payment, so that a repeat answers the same, whatever has become of it since. The
 * merchant is handed over as for any payment. Throws what the proto names.
 */
export async function createOrder(
  { directory, routed, links }: Ordering,
  caller: Caller,
  request: CreateOrderRequest,
): Promise<CreateOrderResponse> {
  checkOrder(request);
  const { presentation, ttlSeconds, ...content } = request;
  const { partnerId } = caller;
  const order = {
    ...{ ...content, partnerId, merchant: await directory.profileOf(partnerId, request) },
    method: METHOD_OF.get(presentation) ?? PaymentMethod.CASHIER,
    ttlSeconds: ttlSeconds === 0 ? MAX_TTL_SECONDS : ttlSeconds,
  };
  await failpoint('acquiring.order.before_routing');
  const { payment, replay } = await routed.ask('create_order', caller, (routing, options) =>
    routing.createOrder(order, options),
  );
  await failpoint('acquiring.order.routed');
  if (payment === undefined) throw new Error('routing answered an order without its payment');
  return { payment, replay, ...waysTo(links, payment) };
}

/** Throws FIELD_INVALID, AMOUNT_INVALID, CURRENCY_UNKNOWN. */
function checkOrder(request: CreateOrderRequest): void {
  const { payeeAmount } = request;
  const fields = new Fields();
  fields.identifier('payment_request_id', request.paymentRequestId);
  fields.place(request);
  if (fields.payable('payee_amount', payeeAmount) && !fitsPayload(payeeAmount)) {
    fields.wrong('payee_amount.amount_minor', 'is too long for a code', 'AMOUNT_INVALID');
  }
  fields.text('order_description', request.orderDescription, { min: 0, max: 256 });
  fields.within('ttl_seconds', request.ttlSeconds, 0, MAX_TTL_SECONDS);
  if (!METHOD_OF.has(request.presentation)) fields.wrong('presentation', 'must be a known one');
  fields.refuse();
}

/** The link and code of an order; none of one that a cancel came before, which never was. */
function waysTo(
  links: Links,
  { paymentId, merchant, payeeAmount }: Payment,
): Pick<CreateOrderResponse, 'link' | 'qrPayload'> {
  if (merchant === undefined || payeeAmount === undefined) return { link: '', qrPayload: '' };
  const content = { merchant, ...payeeAmount, askTip: false };
  return {
    link: links.toOrder(paymentId),
    qrPayload: payloadOf({ kind: 'order', paymentId, tag: links.orderTag(paymentId) }, content),
  };
}
