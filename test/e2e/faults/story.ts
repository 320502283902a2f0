import { setTimeout as sleep } from 'node:timers/promises';
import type { CreatePaymentRequest } from '@causeway/proto/acquiring';
import { type Payment, PaymentState, type Refund, RefundState } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import { chargeOf, type Payer, type Shop, type World } from '../support/index.ts';
import { insist, isPassing, PAUSE_MS } from './insist.ts';

/** What an acquirer's client means to do about one payment. */
export interface Plan {
  /** After this long without a final answer it gives up and cancels, in milliseconds. */
  patienceMs: number;
  /** What it does with a payment that succeeded. */
  afterwards: 'keep' | 'cancel' | 'refund';
}

/** One payment as its client lived through it. */
export interface Story {
  request: CreatePaymentRequest;
  plan: Plan;
  /** Every payment that it was answered, in order. */
  payments: Payment[];
  /** Every refund that it was answered, in order. */
  refunds: Refund[];
  /** Whether it ever asked for a cancel. */
  cancelAsked: boolean;
}

/** Within this time every payment and refund must have ended once all services are back. */
export const TERMINAL_MS = 60_000;
const AMOUNT_MINOR = 1_500n;
const REFUND_MINOR = 500n;

/**
 * Lives through one payment as an acquirer does while services die: repeats a call whose outcome
 * it does not know with the same ids, asks what became of the payment, and cancels when its
 * patience is over. Throws whatever no fault explains.
 */
export async function live(world: World, payer: Payer, shop: Shop, plan: Plan): Promise<Story> {
  const paymentCode = await insist(() => payer.code(), TERMINAL_MS);
  const request = chargeOf(world, shop, paymentCode, AMOUNT_MINOR);
  const story: Story = { request, plan, payments: [], refunds: [], cancelAsked: false };
  const payment = await untilFinal(shop, story);
  if (payment === undefined) await cancel(shop, story);
  if (payment?.state !== PaymentState.SUCCEEDED) return story;
  if (plan.afterwards === 'cancel') await cancel(shop, story);
  if (plan.afterwards === 'refund') await refund(world, shop, story, payment);
  return story;
}

/** Whether nothing more will happen to a payment by itself. */
export function isFinal({ state, cancelling }: Payment): boolean {
  return state !== PaymentState.PENDING && !cancelling;
}

/** Sends the charge, and asks for it every third time; undefined once its patience is over. */
async function untilFinal(shop: Shop, story: Story): Promise<Payment | undefined> {
  const giveUpAtMs = performance.now() + story.plan.patienceMs;
  for (let attempt = 1; performance.now() < giveUpAtMs; attempt += 1) {
    const payment = await unlessUnknown(() => (attempt % 3 === 0 ? read : create)(shop, story));
    if (payment !== undefined && isFinal(remember(story, payment))) return payment;
    await sleep(PAUSE_MS);
  }
  return undefined;
}

async function create(shop: Shop, { request }: Story): Promise<Payment | undefined> {
  return (await shop.partner.payments.createPayment(request)).payment;
}

async function read(shop: Shop, { request }: Story): Promise<Payment | undefined> {
  const key = { $case: 'paymentRequestId', value: request.paymentRequestId } as const;
  return (await shop.partner.payments.getPayment({ key })).payment;
}

async function cancel(shop: Shop, story: Story): Promise<void> {
  const { paymentRequestId } = story.request;
  story.cancelAsked = true;
  const payment = await insist(async () => {
    try {
      return (await shop.partner.payments.cancelPayment({ paymentRequestId })).payment;
    } catch (error) {
      // It had ended before the cancel came; nothing was taken, which is what was wanted.
      if (error instanceof Refusal && error.reason === 'PAYMENT_DECLINED') return undefined;
      throw error;
    }
  }, TERMINAL_MS);
  if (payment !== undefined) remember(story, payment);
}

async function refund(world: World, shop: Shop, story: Story, payment: Payment): Promise<void> {
  const request = {
    paymentId: payment.paymentId,
    refundRequestId: world.id('refund'),
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor: REFUND_MINOR },
    reason: 'End-to-end test',
  };
  const giveUpAtMs = performance.now() + TERMINAL_MS;
  for (;;) {
    const left = Math.max(giveUpAtMs - performance.now(), 0);
    const { refund: made } = await insist(() => shop.partner.payments.createRefund(request), left);
    if (made !== undefined) story.refunds.push(made);
    if (made?.state === RefundState.SUCCEEDED || left === 0) return;
    await sleep(PAUSE_MS);
  }
}

function remember(story: Story, payment: Payment): Payment {
  story.payments.push(payment);
  return payment;
}

/** What the call answers; undefined where it failed as calls do while a service is away. */
async function unlessUnknown(call: () => Promise<Payment | undefined>) {
  try {
    return await call();
  } catch (error) {
    const unseen = error instanceof Refusal && error.reason === 'PAYMENT_UNKNOWN';
    if (!unseen && !isPassing(error)) throw error;
    return undefined;
  }
}
