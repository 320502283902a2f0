import type { Payment } from '@causeway/proto/common';
import { laneOf, Refusal } from '@causeway/runtime';
import { getCharge } from '../charges/store.ts';
import type { Reason } from '../errors.ts';
import { getWallet } from '../wallets/get.ts';
import type { PaymentOffice } from './office.ts';

/**
 * What has become of a payment of this wallet. Of another's it learns nothing. Throws a Refusal
 * WALLET_UNKNOWN, PAYMENT_UNKNOWN, DEPENDENCY_UNAVAILABLE.
 */
export async function getPayment(
  office: PaymentOffice,
  { walletId, paymentId }: { walletId: string; paymentId: string },
  options: { deadlineMs: number },
): Promise<Payment> {
  await getWallet(office, walletId);
  const charge = await getCharge(office.db, { lane: laneOf(walletId), paymentId });
  const asked = { issuerId: office.issuerId, paymentId };
  const { payment } = await office.ask(
    'get_payment',
    (client, within) => client.getPayerPayment(asked, within),
    options,
  );
  // Declined before it reached us, it has no charge here: then the switch says whose it was.
  const isOurs = charge?.walletId === walletId || payment?.payerReference === walletId;
  if (payment !== undefined && isOurs) return payment;
  throw new Refusal<Reason>('PAYMENT_UNKNOWN', 'the wallet has no such payment');
}
