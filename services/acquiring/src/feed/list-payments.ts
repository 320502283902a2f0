import type { Database } from '@causeway/db';
import type { ListPaymentsRequest, ListPaymentsResponse } from '@causeway/proto/acquiring';
import { Payment, PaymentState } from '@causeway/proto/common';
import { Fields } from '../fields.ts';
import { DIGITS_FORM, pageSizeOf, pageToken, positionIn, UUID_FORM } from '../page-token.ts';
import { laneOfPartner } from './project.ts';
import { type PaymentPosition, type PaymentRow, paymentsBefore } from './store.ts';

/** A page ends here whatever its size: a message may be 1 MiB, and a payment a few hundred bytes. */
const MAX_PAGE_BYTES = 768 << 10;
const POSITION = [DIGITS_FORM, UUID_FORM];

/** A page of the partner's payments, newest first. Throws FIELD_INVALID, PAGE_TOKEN_INVALID. */
export async function listPayments(
  db: Database,
  partnerId: string,
  request: ListPaymentsRequest,
): Promise<ListPaymentsResponse> {
  checkListPayments(request);
  const { merchantId, state } = request;
  const list = ['payments', partnerId, merchantId, String(state)];
  const filter = {
    ...{ partnerId, lane: laneOfPartner(partnerId), state },
    merchantId: merchantId === '' ? undefined : merchantId,
  };
  const size = pageSizeOf(request.pageSize);
  const before = positionOf(list, request.pageToken);
  const rows = await paymentsBefore(db, filter, before, size + 1);
  const page = fitting(rows.slice(0, size));
  const last = page.at(-1);
  const isLastPage = last === undefined || page.length === rows.length;
  return {
    payments: page.map((row) => Payment.decode(row.payment)),
    nextPageToken: isLastPage
      ? ''
      : pageToken(list, [String(last.createdAt.getTime()), last.paymentId]),
  };
}

function checkListPayments({ pageSize, merchantId, state }: ListPaymentsRequest): void {
  const fields = new Fields();
  fields.pageSize('page_size', pageSize);
  fields.optionalUuid('merchant_id', merchantId);
  if (PaymentState[state] === undefined) fields.wrong('state', 'must be a known state');
  fields.refuse();
}

function positionOf(list: readonly string[], token: string): PaymentPosition | undefined {
  if (token === '') return undefined;
  const [createdMs = '', paymentId = ''] = positionIn(list, token, POSITION);
  return { createdAt: new Date(Number.parseInt(createdMs, 10)), paymentId };
}

function fitting(rows: readonly PaymentRow[]): PaymentRow[] {
  let bytes = 0;
  return rows.filter((row, index) => {
    bytes += row.payment.length;
    return index === 0 || bytes <= MAX_PAGE_BYTES;
  });
}
