import { uuidFrom } from '@causeway/runtime';
import type { AccountDefinition } from '../account.ts';
import type { Transfer } from '../transfer.ts';

/** A readable name for an id. */
export const id = (name: string): string => uuidFrom('test', name);

/** A wallet: credit-normal, HKD, lane 3, never below zero. */
export function wallet(name: string, change: Partial<AccountDefinition> = {}): AccountDefinition {
  return {
    lane: 3,
    accountId: id(name),
    owner: name,
    code: 'wallet',
    currencyCode: 'HKD',
    normalSide: 'credit',
    mayGoNegative: false,
    ...change,
  };
}

/** A house account: debit-normal and free to go negative. */
export function house(name: string, change: Partial<AccountDefinition> = {}): AccountDefinition {
  return wallet(name, {
    owner: 'house',
    code: name,
    normalSide: 'debit',
    mayGoNegative: true,
    ...change,
  });
}

/** A transfer of 10.00 HKD in lane 3, posted at once, from one named account to another. */
export function transfer(
  name: string,
  debit: string,
  credit: string,
  change: Partial<Transfer> = {},
): Transfer {
  return {
    lane: 3,
    transferId: id(name),
    kind: 'post',
    debit: id(debit),
    credit: id(credit),
    currencyCode: 'HKD',
    amountMinor: 1_000n,
    code: 'payment',
    reference: 'reference',
    ...change,
  };
}
