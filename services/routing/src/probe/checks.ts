import type { Database } from '@causeway/db';
import type { Check } from '@causeway/probe';
import { factBreaches, refundBreaches } from './store.ts';

/** The rules of routing's own records that are looked at all the time. */
export function routingChecks(db: Database): Check[] {
  return [
    {
      name: 'facts and states',
      rule: 'a payment at rest has the fact of its state, and none has a fact that denies it',
      breaches: (lane) => factBreaches(db, lane),
    },
    {
      name: 'refund sums',
      rule: 'what a payment says was refunded is the sum of its refunds, and no more than it took',
      breaches: (lane) => refundBreaches(db, lane),
    },
  ];
}
