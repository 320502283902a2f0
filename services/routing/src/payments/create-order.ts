import { isCurrency, isPayable } from '@causeway/money';
import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import type { CreateOrderRequest } from '@causeway/proto/routing';
import { RequestFields } from '@causeway/rpc';
import { failpoint, type Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import { type Answer, recordOnce } from './earlier.ts';
import { firstVersion } from './first-version.ts';
import { assertOwnRequestId, orderFingerprint, paymentIdOf } from './keys.ts';
import type { OpenOrders, OrderPlace } from './open-orders.ts';
import { reachForGood } from './planning/reach.ts';
import type { PaymentRecord } from './record.ts';

export interface OrderDeps {
  book: PaymentBook;
  openOrders: OpenOrders;
  directory: Directory;
  runtime: Runtime;
}

/** The longest that an order waits for its payer. */
const MAX_TTL_SECONDS = 600;

/**
 * Makes a payment that waits for its payer, or answers the one that this request made before.
 * Nobody is called; what could never be paid is declined at once. Refuses TOO_MANY_OPEN_ORDERS
 * where as many of its partner wait as may.
 */
export async function createOrder(
  deps: OrderDeps,
  request: CreateOrderRequest,
  deadlineMs: number,
): Promise<Answer> {
  assertOwnRequestId(request);
  const paymentId = paymentIdOf(request.partnerId, request.paymentRequestId);
  const named = { paymentId, fingerprint: orderFingerprint(request), deadlineMs };
  let place: OrderPlace | undefined;
  try {
    const answer = await recordOnce(deps, named, async () => {
      const order = await orderFrom(deps, request, paymentId);
      if (order.step === 'AWAIT_PAYER') place = await deps.openOrders.take(request.partnerId);
      return order;
    });
    if (answer.replay) return answer;
    place?.keep();
    place = undefined;
    await failpoint('routing.order.committed');
    return answer;
  } finally {
    place?.giveBack();
  }
}

async function orderFrom(
  { directory, runtime }: OrderDeps,
  request: CreateOrderRequest,
  paymentId: string,
): Promise<PaymentRecord> {
  const payeeAmount = checkedAmount(request);
  const { merchant, method, partnerId, paymentRequestId, orderDescription } = request;
  if (!merchant) {
    throw refuse('MERCHANT_UNKNOWN', 'this partner has no such merchant, store or terminal');
  }
  const target = { partnerId, merchant, schemeId: '', schemeAccount: {} };
  const { decline } = await reachForGood(directory, undefined, [target], payeeAmount);
  const isDeclined = decline !== DeclineReason.UNSPECIFIED;
  const now = runtime.clock.now();
  const expiresAt = new Date(now.getTime() + request.ttlSeconds * 1_000);
  return firstVersion(now, {
    ...{ paymentId, method, partnerId, paymentRequestId, orderDescription, payeeAmount },
    fingerprint: orderFingerprint(request),
    state: isDeclined ? 'DECLINED' : 'PENDING',
    step: isDeclined ? 'DONE' : 'AWAIT_PAYER',
    // Recovery closes it then; until then nothing is to be done for it.
    dueAt: isDeclined ? undefined : expiresAt,
    declineReason: decline,
    terms: {
      ...{ payeeAmount, partnerId, method },
      conversion: undefined,
      merchant: merchant.reference,
      // Nobody has a price before a payer consents to one.
      signature: '',
    },
    expiresAt,
  });
}

/** What the request says by itself; acquiring has judged the rest. */
function checkedAmount({ payeeAmount, method, ttlSeconds }: CreateOrderRequest) {
  const fields = new RequestFields();
  fields.within('ttl_seconds', ttlSeconds, 1, MAX_TTL_SECONDS);
  if (method !== PaymentMethod.CASHIER && method !== PaymentMethod.MERCHANT_QR) {
    fields.wrong('method', 'must be CASHIER or MERCHANT_QR');
  }
  const { currencyCode = '', amountMinor = 0n } = payeeAmount ?? {};
  if (!isCurrency(currencyCode) || !isPayable(amountMinor, currencyCode)) {
    fields.wrong('payee_amount', 'must be an amount that can be paid in its currency');
  }
  fields.refuse();
  return { currencyCode, amountMinor };
}
