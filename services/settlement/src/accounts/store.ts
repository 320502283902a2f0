import type { Queryable } from '@causeway/db';

/** All lanes of one account together, in minor units. */
export interface AccountSum {
  code: string;
  owner: string;
  currencyCode: string;
  debitsMinor: bigint;
  creditsMinor: bigint;
}

/** Every account, summed over its lanes, in the order of code, owner and currency. */
export function accountSums(db: Queryable): Promise<AccountSum[]> {
  return db.query(
    `SELECT code, owner, currency_code AS "currencyCode",
            sum(debits_posted)::bigint AS "debitsMinor",
            sum(credits_posted)::bigint AS "creditsMinor"
       FROM accounts
      GROUP BY code, owner, currency_code ORDER BY code, owner, currency_code`,
    [],
  );
}
