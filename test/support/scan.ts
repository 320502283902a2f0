import {
  type CreateOrderResponse,
  OrderPresentation,
  type PayerQuote,
  type ScanCodeResponse,
} from '@causeway/proto/acquiring';
import { type Money, type Payment, PaymentState } from '@causeway/proto/common';
import type { Payer } from './payer.ts';
import type { Shop } from './shop.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** How an order is asked for; a link that lives ten minutes unless told. */
interface OrderOptions {
  /** Begins the request id, which sandbox partners take for what they shall do. */
  name?: string;
  presentation?: OrderPresentation;
  ttlSeconds?: number;
}

/** An order as its acquirer was answered it. */
export type Order = CreateOrderResponse & { payment: Payment };

/** A shop makes an order. */
export async function openOrder(
  world: World,
  shop: Shop,
  amountMinor: bigint,
  { name = 'order', presentation = OrderPresentation.LINK, ttlSeconds = 0 }: OrderOptions = {},
): Promise<Order> {
  const made = await shop.partner.payments.createOrder({
    paymentRequestId: world.id(name),
    merchantId: shop.merchantId,
    ...{ storeId: '', terminalId: '' },
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor },
    orderDescription: 'End-to-end test',
    ...{ ttlSeconds, presentation },
  });
  if (made.payment === undefined) throw new Error('an answer without a payment');
  return { ...made, payment: made.payment };
}

/** What an app has on its screen when its user may confirm. */
export interface Shown {
  payload: string;
  payeeAmount: Money | undefined;
  scanned: ScanCodeResponse;
  /** The price of the route that would be taken first. */
  quote: PayerQuote;
}

/** The app reads a code or link and shows the price. */
export async function scan(payer: Payer, payload: string, payeeAmount?: Money): Promise<Shown> {
  const { scanned } = await payer.app.wallets.scanCode({
    walletId: payer.walletId,
    ...{ payload, payeeAmount, tipAmount: undefined },
  });
  const [quote] = scanned?.quotes ?? [];
  if (scanned === undefined || quote === undefined) throw new Error('a scan without a price');
  return { payload, payeeAmount, scanned, quote };
}

/** The user confirms; the payment is as the answer shows it. */
export async function confirm(payer: Payer, shown: Shown): Promise<Payment> {
  const { payload, payeeAmount, scanned, quote } = shown;
  const { payment } = await payer.app.wallets.confirmPayment({
    walletId: payer.walletId,
    ...{ payload, payeeAmount, tipAmount: undefined },
    paymentRequestId: scanned.paymentRequestId,
    quoteToken: quote.quoteToken,
  });
  if (payment === undefined) throw new Error('an answer without a payment');
  return payment;
}

/** The user confirms and the app asks until the outcome is known. */
export async function confirmed(payer: Payer, shown: Shown, patienceMs = 30_000): Promise<Payment> {
  const { paymentId } = await confirm(payer, shown);
  return until(
    () => seenByPayer(payer, paymentId),
    ({ state }) => state !== PaymentState.PENDING,
    { patienceMs },
  );
}

/** A payment as its payer's app sees it now. */
export async function seenByPayer({ app, walletId }: Payer, paymentId: string): Promise<Payment> {
  const { payment } = await app.wallets.getPayment({ walletId, paymentId });
  if (payment === undefined) throw new Error('an answer without a payment');
  return payment;
}

/** The two together: what is scanned is paid. */
export async function scanAndPay(
  payer: Payer,
  payload: string,
  payeeAmount?: Money,
): Promise<Payment> {
  return confirmed(payer, await scan(payer, payload, payeeAmount));
}
