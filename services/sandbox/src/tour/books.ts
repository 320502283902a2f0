import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Transfer } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { OPERATOR_ID } from '../seed/seed.ts';
import { type Booked, bookedBy, minor } from './arithmetic.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 100;
/** How long the books may take to follow. */
export const BOOKING_PATIENCE_MS = 20_000;

/** What the books must say of a payment, by its state and its refunds. */
export function expectedBooking(payment: Payment): Booked {
  if (payment.state !== PaymentState.SUCCEEDED) return { payerMinor: 0n, payeeMinor: 0n };
  return {
    payerMinor: minor(payment.payerAmount) - minor(payment.refundedPayerAmount),
    payeeMinor: minor(payment.payeeAmount) - minor(payment.refundedPayeeAmount),
  };
}

/**
 * The transfers of a payment once the switch's books have caught up with it. Facts travel by
 * messages, so the books follow a moment later; what is there at `giveUpAtMs`, on the monotonic
 * clock, is answered as it is.
 */
export async function bookedTransfers(
  stage: Stage,
  payment: Payment,
  giveUpAtMs = stage.runtime.clock.monotonicMs() + BOOKING_PATIENCE_MS,
): Promise<Transfer[]> {
  const { clock, timers } = stage.runtime;
  const expected = expectedBooking(payment);
  const captured = await wasCaptured(stage, payment);
  for (;;) {
    const transfers = await transfersOf(stage, payment.paymentId);
    // A payment that was captured and cancelled nets to zero before its first entry, too.
    const begun = transfers.length > 0 || !captured;
    const settled = begun && agrees(bookedBy(transfers), expected);
    if (settled || clock.monotonicMs() > giveUpAtMs) return transfers;
    await timers.sleep(POLL_MS);
  }
}

/** Whether the payer was debited at any time, as the payment's history says. */
async function wasCaptured(stage: Stage, { paymentId }: Payment): Promise<boolean> {
  const { facts } = await stage.callers.as(OPERATOR_ID).routing.listPaymentFacts({ paymentId });
  return facts.some((fact) => fact.kind === 'payment.succeeded');
}

/** Whether two bookings are the same. */
export function agrees(a: Booked, b: Booked): boolean {
  return a.payerMinor === b.payerMinor && a.payeeMinor === b.payeeMinor;
}

async function transfersOf(stage: Stage, paymentId: string): Promise<Transfer[]> {
  const { settlement } = stage.callers.as(OPERATOR_ID);
  try {
    return (await settlement.listPaymentTransfers({ paymentId })).transfers;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'PAYMENT_NOT_BOOKED') return [];
    throw error;
  }
}
