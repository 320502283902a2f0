import { isPayable } from '@causeway/money';
import { DisputeReason, type OpenDisputeRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { failpoint, Refusal } from '@causeway/runtime';
import { amountIn } from '../money-fields.ts';
import { openCommand } from './commands.ts';
import { type Actor, commandIdOf, type DisputeDesk } from './desk.ts';
import type { Statement } from './dispute.ts';
import { statementIn } from './fields.ts';
import { type DisputedPayment, disputeById, disputedPayment } from './store.ts';

/**
 * Opens a dispute of a payer's payment, once. What the books say now is checked now: a refund that
 * is on its way is not seen, and is taken account of when the outcome is refunded. Answers the
 * dispute's id. Throws what OpenDispute names.
 */
export async function openDispute(
  { db, commands, terms }: DisputeDesk,
  issuer: Actor,
  request: OpenDisputeRequest,
): Promise<{ disputeId: string; replay: boolean }> {
  const { claimed, reason, statement } = checked(request);
  const { paymentId } = request;
  const commandId = commandIdOf(issuer, request.requestId);
  const payment = await disputedPayment(db, paymentId);
  if (payment === undefined || payment.issuerId !== issuer.id) {
    throw new Refusal('PAYMENT_NOT_BOOKED', 'no payment of this operator is booked under the id');
  }
  const earlier = await disputeById(db, commandId);
  if (earlier === undefined) assertDisputable(payment, claimed);
  const done = await commands.execute(openCommand, {
    ...{ commandId, operatorId: issuer.id },
    body: {
      ...{ paymentId, issuerId: payment.issuerId, partnerId: payment.partnerId, reason },
      ...{ currencyCode: claimed.currencyCode, claimedMinor: String(claimed.amountMinor) },
      paidAt: payment.paidAt.toISOString(),
      ...statement,
      // A repetition says what was said the first time, whatever is agreed for others since.
      ...(earlier?.terms ?? terms),
    },
  });
  await failpoint('settlement.dispute.opened');
  return { disputeId: commandId, replay: done === 'replay' };
}

function assertDisputable(
  { isCancelled, currencyCode, capturedMinor, refundedMinor }: DisputedPayment,
  claimed: { currencyCode: string; amountMinor: bigint },
): void {
  if (isCancelled) throw new Refusal('PAYMENT_CANCELLED', 'the payment was undone in full');
  if (claimed.currencyCode !== currencyCode) {
    throw new Refusal('CURRENCY_MISMATCH', `the payment is in ${currencyCode}`);
  }
  if (claimed.amountMinor > capturedMinor - refundedMinor) {
    throw new Refusal('DISPUTE_EXCEEDS_PAYMENT', 'more than refunds have left of the payment', {
      metadata: { left_minor: String(capturedMinor - refundedMinor) },
    });
  }
}

function checked(request: OpenDisputeRequest): {
  claimed: { currencyCode: string; amountMinor: bigint };
  reason: string;
  statement: Statement;
} {
  const fields = new RequestFields();
  fields.identifier('request_id', request.requestId);
  fields.uuid('payment_id', request.paymentId);
  const { currencyCode = '' } = request.claimedAmount ?? {};
  const claimed = amountIn(fields, 'claimed_amount', request.claimedAmount, (minor) =>
    isPayable(minor, currencyCode),
  );
  const reason = DisputeReason[request.reason];
  if (reason === undefined || request.reason === DisputeReason.UNSPECIFIED) {
    fields.wrong('reason', 'must be one of the reasons');
  }
  const statement = statementIn(fields, request.statement);
  fields.refuse();
  return { claimed, reason: reason ?? '', statement };
}
