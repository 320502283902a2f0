import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DeclineReason,
  type Payment,
  PaymentState,
  type Refund,
  RefundState,
} from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import {
  insist,
  isPassing,
  PAUSE_MS,
  type Payer,
  type Shop,
  type World,
} from '../../../support/index.ts';
import { type Intake, intakeBy, readIntake, type Way } from './intake.ts';

/** What an acquirer's client means to do about one payment. */
export interface Plan {
  /** How the payment comes about. */
  way: Way;
  /** After this long without a final answer it gives up and cancels, in milliseconds. */
  patienceMs: number;
  /** What it does with a payment that succeeded. */
  afterwards: 'keep' | 'cancel' | 'refund';
  /** What the payment may be declined for, though its payer has money and nobody cancelled it. */
  mayDecline?: readonly DeclineReason[];
}

/** One payment as its client lived through it. */
export interface Story {
  intake: Intake;
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
/** What is killed again and again may be away for so long, to a client that looks now and then. */
const OFTEN_AWAY_MS = 240_000;
const REFUND_MINOR = 500n;

/**
 * Lives through one payment as an acquirer does while services die: repeats a call whose outcome
 * it does not know with the same ids, asks what became of the payment, and cancels when its
 * patience is over. Throws whatever no fault explains.
 */
export async function live(world: World, payer: Payer, shop: Shop, plan: Plan): Promise<Story> {
  const intake = await intakeBy(plan.way, world, payer, shop);
  const story: Story = { intake, plan, payments: [], refunds: [], cancelAsked: false };
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

/** Makes the payment, and asks for it every third time; undefined once its patience is over. */
async function untilFinal(shop: Shop, story: Story): Promise<Payment | undefined> {
  const giveUpAtMs = performance.now() + story.plan.patienceMs;
  for (let attempt = 1; performance.now() < giveUpAtMs; attempt += 1) {
    const payment = await unlessUnknown(() =>
      attempt % 3 === 0 ? readIntake(shop, story.intake) : story.intake.make(),
    );
    if (payment !== undefined && isFinal(remember(story, payment))) return payment;
    await sleep(PAUSE_MS);
  }
  return undefined;
}

async function cancel(shop: Shop, story: Story): Promise<void> {
  const { key } = story.intake;
  // What its payer began its acquirer has no id to cancel by.
  if (key === undefined || 'paymentId' in key) return;
  const { paymentRequestId } = key;
  story.cancelAsked = true;
  const payment = await insist(async () => {
    try {
      return (await shop.partner.payments.cancelPayment({ paymentRequestId })).payment;
    } catch (error) {
      // It had ended before the cancel came; nothing was taken, which is what was wanted.
      if (error instanceof Refusal && error.reason === 'PAYMENT_DECLINED') return undefined;
      throw error;
    }
  }, patienceOf(story));
  if (payment !== undefined) remember(story, payment);
}

async function refund(world: World, shop: Shop, story: Story, payment: Payment): Promise<void> {
  const request = {
    paymentId: payment.paymentId,
    refundRequestId: world.id('refund'),
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor: REFUND_MINOR },
    reason: 'End-to-end test',
  };
  const giveUpAtMs = performance.now() + patienceOf(story);
  for (;;) {
    const left = Math.max(giveUpAtMs - performance.now(), 0);
    const { refund: made } = await insist(() => shop.partner.payments.createRefund(request), left);
    if (made !== undefined) story.refunds.push(made);
    if (made?.state === RefundState.SUCCEEDED || left === 0) return;
    await sleep(PAUSE_MS);
  }
}

/** Whoever waits long for an answer waits as long for the next; all wait for what is killed often. */
function patienceOf({ plan }: Story): number {
  return Math.max(OFTEN_AWAY_MS, plan.patienceMs);
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
