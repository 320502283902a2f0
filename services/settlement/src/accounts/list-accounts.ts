import type { Queryable } from '@causeway/db';
import type { Account } from '@causeway/proto/settlement';
import { type AccountSum, accountSums } from './store.ts';

/** The switch's accounts, summed over their lanes. */
export async function listAccounts(db: Queryable): Promise<Account[]> {
  return (await accountSums(db)).map(toAccount);
}

function toAccount({ code, owner, currencyCode, debitsMinor, creditsMinor }: AccountSum): Account {
  const money = (amountMinor: bigint) => ({ currencyCode, amountMinor });
  return {
    code,
    owner,
    debits: money(debitsMinor),
    credits: money(creditsMinor),
    balance: money(debitsMinor - creditsMinor),
  };
}
