import type { Payment } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { getWallet } from '../wallets/get.ts';
import type { PaymentOffice } from './office.ts';
import { type ConfirmedPayment, isPaymentOf } from './store.ts';

/**
 * What has become of a payment of this wallet. Of another's it learns nothing. Throws a Refusal
 * WALLET_UNKNOWN, PAYMENT_UNKNOWN, DEPENDENCY_UNAVAILABLE.
 */
export async function getPayment(
  office: PaymentOffice,
  name: ConfirmedPayment,
  options: { deadlineMs: number },
): Promise<Payment> {
  await getWallet(office, name.walletId);
  if (!(await isPaymentOf(office.db, name))) throw paymentUnknown();
  const asked = { issuerId: office.issuerId, paymentId: name.paymentId };
  const { payment } = await office.ask(
    'get_payment',
    (client, within) => client.getPayerPayment(asked, within),
    options,
  );
  if (payment === undefined) throw paymentUnknown();
  return payment;
}

function paymentUnknown(): Refusal<Reason> {
  return new Refusal('PAYMENT_UNKNOWN', 'the wallet has no such payment');
}
