import type {
  Delivery,
  ListDeliveriesRequest,
  ListDeliveriesResponse,
} from '@causeway/proto/acquiring';
import { Payment } from '@causeway/proto/common';
import { Fields } from '../fields.ts';
import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { type DeliveryRow, deliveriesBefore } from './delivery-store.ts';
import { webhooksOf } from './store.ts';
import { type Webhooks, webhookUnknown } from './webhook.ts';

/** Any place in a feed, which counts lines in 63 bits. */
const SEQ_FORM = /^[0-9]{1,18}$/;
const WAITING = 1;

/** A page of a webhook's deliveries, newest first. Throws WEBHOOK_UNKNOWN, PAGE_TOKEN_INVALID. */
export async function listDeliveries(
  { db }: Webhooks,
  partnerId: string,
  request: ListDeliveriesRequest,
): Promise<ListDeliveriesResponse> {
  const fields = new Fields();
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const { webhookId, onlyUndelivered } = request;
  const [hook] = await webhooksOf(db, partnerId, webhookId);
  if (hook === undefined) throw webhookUnknown(webhookId);
  const list = ['deliveries', hook.hookId, String(onlyUndelivered)];
  const [last] = request.pageToken === '' ? [] : positionIn(list, request.pageToken, [SEQ_FORM]);
  const size = pageSizeOf(request.pageSize);
  const before = last === undefined ? undefined : BigInt(last);
  const rows = await deliveriesBefore(
    db,
    { ...hook, partnerId },
    { before, limit: size + 1, onlyUndelivered },
  );
  const page = rows.slice(0, size);
  const end = page.at(-1);
  return {
    deliveries: page.map(toDelivery),
    nextPageToken: rows.length > size && end ? pageToken(list, [String(end.seq)]) : '',
  };
}

/** A delivery as the API shows it. */
export function toDelivery(row: DeliveryRow): Delivery {
  const { deliveryId, kind, state, attemptCount, lastStatus, lastError, createdAt } = row;
  return {
    ...{ deliveryId, kind, state, attemptCount, lastStatus, lastError, createTime: createdAt },
    paymentId: Payment.decode(row.payment).paymentId,
    attemptTime: row.attemptedAt ?? undefined,
    nextAttemptTime: state === WAITING ? row.dueAt : undefined,
  };
}
