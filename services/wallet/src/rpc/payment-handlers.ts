import type { WalletServiceService } from '@causeway/proto/wallet';
import type { Handlers } from '@causeway/rpc';
import { confirmPayment } from '../payments/confirm.ts';
import { getPayment } from '../payments/get.ts';
import type { PaymentOffice } from '../payments/office.ts';
import { scanCode } from '../payments/scan.ts';
import type { Door } from './door.ts';
import { whileReachable } from './unavailable.ts';

type PaymentHandlers = Pick<
  Handlers<typeof WalletServiceService>,
  'scanCode' | 'confirmPayment' | 'getPayment'
>;

/**
 * Payments that a user confirms. Only what is ours is checked here, the wallet and who calls; what
 * was scanned and what it costs is the switch's to judge.
 */
export function paymentHandlers(office: PaymentOffice, door: Door): PaymentHandlers {
  return {
    async scanCode(request, call) {
      door.named(request, call);
      return { scanned: await whileReachable(() => scanCode(office, request, call)) };
    },
    confirmPayment(request, call) {
      door.named(request, call);
      return whileReachable(() => confirmPayment(office, request, call));
    },
    async getPayment(request, call) {
      door.named(request, call, (fields) => fields.uuid('payment_id', request.paymentId));
      return { payment: await whileReachable(() => getPayment(office, request, call)) };
    },
  };
}
