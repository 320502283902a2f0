import type { AskAcquiring } from '../acquiring.ts';
import type { WalletOffice } from '../wallets/wallets.ts';

/** What the operations on payments that users confirm work with. */
export interface PaymentOffice extends WalletOffice {
  ask: AskAcquiring;
}
