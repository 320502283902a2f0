import type { Database } from '@causeway/db';
import { ledgerBreaches } from '@causeway/ledger';
import type { Check } from '@causeway/probe';
import { chargeBreaches } from './store.ts';

/** The rules of a wallet operator's own books that are looked at all the time. */
export function walletChecks(db: Database): Check[] {
  return [
    {
      name: 'ledger',
      rule: 'each account is the sum of its entries, and debits equal credits in each currency',
      breaches: (lane) => ledgerBreaches(db, lane),
    },
    {
      name: 'charges',
      rule: 'what charges took and did not give back is what they made payable to the switch',
      breaches: (lane) => chargeBreaches(db, lane),
    },
  ];
}
