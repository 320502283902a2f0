import { isUuid } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { RefundRecord } from '../payments/record.ts';
import type { PaymentKey } from '../payments/store.ts';
import type { RefundStore } from './store.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

/** A page of a payment's refunds, oldest first. Refuses a token that it did not make. */
export async function listRefunds(
  refunds: RefundStore,
  key: PaymentKey,
  pageSize: number,
  pageToken: string,
): Promise<{ refunds: RefundRecord[]; nextPageToken: string }> {
  const limit = Math.min(pageSize > 0 ? pageSize : DEFAULT_PAGE, MAX_PAGE);
  const after = pageToken === '' ? undefined : placeIn(key, pageToken);
  const found = await refunds.list(key, after, limit + 1);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { refunds: page, nextPageToken: last ? tokenOf(last) : '' };
}

/** Names its payment, so that it is no place in the refunds of another. */
function tokenOf({ paymentId, createdAt, refundId }: RefundRecord): string {
  return Buffer.from(`${paymentId}/${createdAt.getTime()}/${refundId}`).toString('base64url');
}

function placeIn(key: PaymentKey, token: string): { createdAt: Date; refundId: string } {
  const text = Buffer.from(token, 'base64url').toString();
  const [, paymentId, createdMs, refundId = ''] = /^([^/]+)\/(\d{1,15})\/([^/]+)$/.exec(text) ?? [];
  if (paymentId !== key.paymentId || !isUuid(refundId)) {
    throw refuse('PAGE_TOKEN_INVALID', 'page_token is not one of this list');
  }
  return { createdAt: new Date(Number(createdMs)), refundId };
}
