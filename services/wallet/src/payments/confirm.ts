import type { ConfirmPaymentResponse } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import type { ConfirmPaymentRequest } from '@causeway/proto/wallet';
import { getWallet } from '../wallets/get.ts';
import { assertUsable } from '../wallets/wallet.ts';
import type { PaymentOffice } from './office.ts';
import { insertConfirmed } from './store.ts';

/**
 * Pays what the user scanned: the switch comes back with Hold, and the same confirmation again
 * answers the same payment. Throws a Refusal WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, and
 * what the switch refuses.
 */
export async function confirmPayment(
  office: PaymentOffice,
  confirmation: ConfirmPaymentRequest,
  options: { deadlineMs: number },
): Promise<ConfirmPaymentResponse> {
  const { walletId } = confirmation;
  assertUsable((await getWallet(office, walletId)).status);
  const request = { issuerId: office.issuerId, ...confirmation };
  const answer = await office.ask(
    'confirm_payment',
    (client, within) => client.confirmPayment(request, within),
    options,
  );
  const { payment } = answer;
  // One that was paid has its charge here, by which the wallet finds it again.
  if (payment !== undefined && payment.state !== PaymentState.SUCCEEDED) {
    await insertConfirmed(office.db, { walletId, paymentId: payment.paymentId });
  }
  return answer;
}
