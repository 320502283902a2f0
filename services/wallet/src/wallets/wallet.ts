import { Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import type { Allowance } from '../limits/spending.ts';

export type WalletStatus = 'active' | 'frozen' | 'closed';

/** A wallet as it is kept. */
export interface WalletRecord {
  walletId: string;
  lane: number;
  issuerId: string;
  displayName: string;
  tier: string;
  status: WalletStatus;
  /** Whether something is advanced to it and not paid back. */
  owes: boolean;
  openedAt: Date;
}

/** A wallet as it is shown; amounts in minor units of the policy's currency. */
export interface WalletView extends WalletRecord {
  postedMinor: bigint;
  heldMinor: bigint;
  availableMinor: bigint;
  /** What was advanced to it and is not paid back. */
  arrearsMinor: bigint;
  /** Absent in lists. */
  allowance: Allowance | undefined;
}

/** There is no such wallet, or it is none of the caller's business. */
export function walletUnknown(): Refusal<Reason> {
  return new Refusal('WALLET_UNKNOWN', 'there is no such wallet');
}

/** Throws a Refusal WALLET_CLOSED where the wallet has ended. */
export function assertOpen(status: WalletStatus): void {
  if (status === 'closed') throw new Refusal<Reason>('WALLET_CLOSED', 'the wallet is closed');
}

/** Throws a Refusal ARREARS_OPEN where something is advanced to the wallet. */
export function assertOwesNothing({ owes }: WalletRecord): void {
  if (!owes) return;
  throw new Refusal<Reason>('ARREARS_OPEN', 'what the wallet owes must be paid first: top it up');
}

/** Throws a Refusal WALLET_FROZEN or WALLET_CLOSED unless the wallet may be used. */
export function assertUsable(status: WalletStatus): void {
  assertOpen(status);
  if (status === 'frozen') throw new Refusal<Reason>('WALLET_FROZEN', 'the wallet is frozen');
}
