/** The side on which an account grows: wallets and payables on credit, float and receivables on debit. */
export type Side = 'debit' | 'credit';

/** Names an account: ids are looked up within a lane and nowhere else. */
export interface AccountRef {
  /** 0 to 63. */
  lane: number;
  /** A UUID in lower case. */
  accountId: string;
}

/** What an account is, for as long as it lives. */
export interface AccountDefinition extends AccountRef {
  /** Whose it is, for people and reports: a wallet id, or `house`. */
  owner: string;
  /** What it is for: `wallet`, `payable_to_switch`, `fees`. */
  code: string;
  currencyCode: string;
  normalSide: Side;
  /** Where false, the available balance never falls below zero. */
  mayGoNegative: boolean;
}

/** An account's totals, in minor units of its currency; none is ever negative. */
interface Totals {
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsHeld: bigint;
  readonly creditsHeld: bigint;
}

/** An account as it stands. A change makes a new value, so an earlier one can be kept and compared. */
export interface Account extends Totals, Readonly<AccountRef> {
  readonly currencyCode: string;
  readonly normalSide: Side;
  readonly mayGoNegative: boolean;
  /** How many transfers have touched it. */
  readonly seq: bigint;
}

/** The posted balance on the account's normal side, in minor units. */
export function postedMinor(account: Account): bigint {
  const balance = account.creditsPosted - account.debitsPosted;
  return account.normalSide === 'credit' ? balance : -balance;
}

/** Posted less what is held for leaving, in minor units. What is held for arriving is not there yet. */
export function availableMinor(account: Account): bigint {
  const leaving = account.normalSide === 'credit' ? account.debitsHeld : account.creditsHeld;
  return postedMinor(account) - leaving;
}
