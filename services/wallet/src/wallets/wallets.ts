import type { Database } from '@causeway/db';
import type { Rules } from '../charges/transfers.ts';

/** What the operations on wallets work with. */
export interface WalletOffice {
  db: Database;
  rules: Rules;
  /** Whose wallets these are. */
  issuerId: string;
}
