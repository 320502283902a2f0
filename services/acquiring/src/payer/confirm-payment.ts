import type { ConfirmPaymentRequest, ConfirmPaymentResponse } from '@causeway/proto/acquiring';
import type { ConfirmPaymentRequest as RoutingRequest } from '@causeway/proto/routing';
import { failpoint } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import type { PayerCaller } from '../routed.ts';
import { amountDue } from './amounts.ts';
import type { Payer } from './payer.ts';
import { readPayload } from './read-payload.ts';
import type { ReadMerchant } from './reading.ts';
import { noScheme } from './scan-code.ts';
import { unreadable } from './unreadable.ts';

/** A quote's token is a few hundred characters; what is longer was not made by routing. */
const MAX_TOKEN_LENGTH = 4_096;

/**
 * Pays what was scanned. The code is read once more, as it is now, and nothing of the scan is kept
 * in between; one that was taken out of use since is handed over as such, so that routing answers
 * a confirmation that is repeated and refuses only a new one. Throws what the proto names.
 */
export async function confirmPayment(
  payer: Payer,
  caller: PayerCaller,
  request: ConfirmPaymentRequest,
): Promise<ConfirmPaymentResponse> {
  checkConfirm(request);
  const subject = await subjectOf(payer, caller, request);
  const { walletId, quoteToken } = request;
  const confirmation = { issuerId: caller.issuerId, walletId, quoteToken, subject };
  await failpoint('acquiring.confirm.before_routing');
  const response = await payer.routed.ask('confirm_payment', caller, (routing, options) =>
    routing.confirmPayment(confirmation, options),
  );
  await failpoint('acquiring.confirm.routed');
  return response;
}

function checkConfirm({ walletId, quoteToken }: ConfirmPaymentRequest): void {
  const fields = new Fields();
  fields.identifier('wallet_id', walletId);
  if (quoteToken === '' || quoteToken.length > MAX_TOKEN_LENGTH) {
    fields.wrong('quote_token', 'must be one that ScanCode answered');
  }
  fields.refuse();
}

async function subjectOf(
  payer: Payer,
  caller: PayerCaller,
  request: ConfirmPaymentRequest,
): Promise<NonNullable<RoutingRequest['subject']>> {
  const reading = await readPayload(payer, request.payload, caller.deadlineMs);
  switch (reading.kind) {
    case 'merchant':
      return { $case: 'scanned', value: scannedCode(reading, request) };
    case 'order':
      // What it costs was settled when it was made, and is in the token that the payer accepted.
      return { $case: 'paymentId', value: reading.paymentId };
    case 'agreement':
      throw unreadable('this is the offer of an agreement: it is signed, and not paid');
  }
}

function scannedCode(reading: ReadMerchant, request: ConfirmPaymentRequest) {
  const { paymentRequestId } = request;
  const { targets, price, orderReference } = reading;
  const due = amountDue(price, request);
  const fields = new Fields();
  fields.identifier('payment_request_id', paymentRequestId);
  if (due === undefined) fields.wrong('payee_amount', 'is required: the code leaves it open');
  fields.refuse();
  if (targets.length === 0) throw noScheme();
  return {
    ...{ paymentRequestId, targets, orderReference },
    ...{ payeeAmount: due?.total, tipAmount: due?.tipAmount },
  };
}
