import type { Database } from '@causeway/db';
import { ledgerBreaches } from '@causeway/ledger';
import type { Check } from '@causeway/probe';
import { currencyBreaches, totalBreaches } from './store.ts';

/** The rules of the switch's own books that are looked at all the time. */
export function bookChecks(db: Database): Check[] {
  return [
    {
      name: 'totals',
      rule: 'totals are the sums of their bookings',
      breaches: (lane) => totalBreaches(db, lane),
    },
    {
      name: 'ledger',
      rule: 'each account is the sum of its entries, and debits equal credits in each currency',
      breaches: (lane) => ledgerBreaches(db, lane),
    },
    {
      name: 'currencies',
      rule: 'debits equal credits in each currency of all accounts',
      breaches: (lane) => currencyBreaches(db, lane),
    },
  ];
}
