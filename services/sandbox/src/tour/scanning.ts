import type { Money } from '@causeway/money';
import type { CreateOrderResponse, OrderPresentation, PayerQuote } from '@causeway/proto/acquiring';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Place } from '../places.ts';
import { balanceOf, type Payer, remember, requestId } from './actors.ts';
import { amountChecks, minor } from './arithmetic.ts';
import { type Check, inState, same } from './checks.ts';
import * as say from './say.ts';
import type { Stage } from './stage.ts';

/** What an acquirer asks for with an order. */
interface OrderAsked {
  /** Makes the request id. */
  name: string;
  amountMinor: bigint;
  description: string;
  presentation: OrderPresentation;
}

/** An order as its acquirer was answered it. */
export type Order = CreateOrderResponse & { payment: Payment };

/** The acquirer makes an order, which waits for its payer. */
export async function openOrder(
  stage: Stage,
  place: Place,
  { name, amountMinor, description, presentation }: OrderAsked,
): Promise<Order> {
  const made = await stage.callers.as(place.partnerId).payments.createOrder({
    paymentRequestId: requestId(stage, name),
    merchantId: place.merchantId,
    storeId: place.storeId,
    terminalId: place.terminalIds[0] ?? '',
    payeeAmount: { currencyCode: place.currencyCode, amountMinor },
    orderDescription: description,
    ttlSeconds: 0,
    presentation,
  });
  const payment = remember(stage, place, made.payment);
  stage.screen.step(
    'acquirer',
    `${place.partnerId} makes an order of ${place.displayName}: ${description}`,
    say.money(payment.payeeAmount),
  );
  return { ...made, payment };
}

/** A payment that its payer confirmed in the app. */
export interface Confirmed {
  payment: Payment;
  /** The price that the app showed. */
  quote: PayerQuote;
  /** How many routes there were to choose from. */
  routes: number;
  /** What the payer had before and after, in minor units. */
  before: bigint;
  after: bigint;
}

/**
 * The payer scans or follows something, is shown the price, confirms it, and waits for the outcome.
 *
 * @param entered what the payer keys in where the code leaves the amount open
 */
export async function scanAndPay(
  stage: Stage,
  payer: Payer,
  payload: string,
  city: string,
  entered?: Money,
): Promise<Confirmed> {
  const { wallets, walletId } = payer;
  const before = await balanceOf(payer);
  const asked = { walletId, payload, payeeAmount: entered, tipAmount: undefined };
  const { scanned } = await wallets.scanCode(asked);
  const [quote] = scanned?.quotes ?? [];
  if (scanned === undefined || quote === undefined) throw new Error('the app shows no price');
  stage.screen.step(
    'payer',
    `scans ${scanned.merchant?.displayName ?? 'a merchant'} and sees the price`,
    say.money(quote.payerAmount),
  );
  const { paymentRequestId } = scanned;
  const confirmed = await wallets.confirmPayment({
    ...{ ...asked, paymentRequestId },
    quoteToken: quote.quoteToken,
  });
  const payment = await outcomeOf(stage, payer, confirmed.payment);
  remember(stage, { partnerId: payment.partnerId, city }, payment);
  stage.screen.step('payer', `confirms: ${say.state(payment)}`, say.money(payment.payerAmount));
  const after = await balanceOf(payer);
  return { payment, quote, routes: scanned.quotes.length, before, after };
}

const POLL_MS = 200;
const PATIENCE_MS = 30_000;

/** Where the answer leaves before the outcome is known, the app asks for it. */
async function outcomeOf(
  { runtime }: Stage,
  { wallets, walletId }: Payer,
  first: Payment | undefined,
): Promise<Payment> {
  const giveUpAtMs = runtime.clock.monotonicMs() + PATIENCE_MS;
  let payment = first;
  while (payment?.state === PaymentState.PENDING && runtime.clock.monotonicMs() < giveUpAtMs) {
    await runtime.timers.sleep(POLL_MS);
    payment = (await wallets.getPayment({ walletId, paymentId: payment.paymentId })).payment;
  }
  if (payment === undefined) throw new Error('an answer without a payment');
  return payment;
}

/** That the payer paid exactly the price that the app showed, by the payment's own rate. */
export function confirmedChecks(
  { payment, quote, before, after }: Confirmed,
  payeeMinor: bigint,
): Check[] {
  return [
    inState('the payment succeeded', 'SUCCEEDED', payment),
    same('the merchant gets exactly what was asked', payeeMinor, minor(payment.payeeAmount)),
    same('for the price that was shown', minor(quote.payerAmount), minor(payment.payerAmount)),
    ...amountChecks(payment),
    same('the balance fell by exactly that', before - minor(payment.payerAmount), after),
  ];
}
