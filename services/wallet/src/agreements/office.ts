import type { AskAcquiring } from '../acquiring.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import type { AgreementReporter } from './report.ts';

/** What the operations on agreements work with. */
export interface AgreementOffice extends WalletOffice {
  ask: AskAcquiring;
  reporter: AgreementReporter;
}
