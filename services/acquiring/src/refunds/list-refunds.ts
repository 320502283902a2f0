import type { ListRefundsRequest, ListRefundsResponse } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import type { Caller, Routed } from '../routed.ts';

/** The refunds of a payment, oldest first; the page's token is routing's own. */
export async function listRefunds(
  routed: Routed,
  caller: Caller,
  request: ListRefundsRequest,
): Promise<ListRefundsResponse> {
  const fields = new Fields();
  fields.uuid('payment_id', request.paymentId);
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const { partnerId } = caller;
  return routed.ask('list_refunds', caller, (routing, options) =>
    routing.listRefunds({ ...request, partnerId }, options),
  );
}
