import type { ConfirmPaymentResponse } from '@causeway/proto/acquiring';
import type { ConfirmPaymentRequest } from '@causeway/proto/wallet';
import { getWallet } from '../wallets/get.ts';
import { assertUsable } from '../wallets/wallet.ts';
import type { PaymentOffice } from './office.ts';

/**
 * Pays what the user scanned. Nothing is kept here: the switch comes back with Hold, and the same
 * confirmation again answers the same payment. Throws a Refusal WALLET_UNKNOWN, WALLET_FROZEN,
 * WALLET_CLOSED, and what the switch refuses.
 */
export async function confirmPayment(
  office: PaymentOffice,
  confirmation: ConfirmPaymentRequest,
  options: { deadlineMs: number },
): Promise<ConfirmPaymentResponse> {
  assertUsable((await getWallet(office, confirmation.walletId)).status);
  const request = { issuerId: office.issuerId, ...confirmation };
  return office.ask(
    'confirm_payment',
    (client, within) => client.confirmPayment(request, within),
    options,
  );
}
