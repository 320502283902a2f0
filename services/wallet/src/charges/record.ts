import type { Refusal } from '@causeway/runtime';
import type { ChargeReason } from '../errors.ts';
import type { LimitBreach } from '../limits/spending.ts';

/** Where a charge stands; what is in no row is unseen. */
export type ChargeState = 'held' | 'captured' | 'voided' | 'declined';

/** The reasons for which this operator declines, by their names in the contract. */
export type DeclineReason =
  | 'EXPIRED'
  | 'CODE_UNKNOWN'
  | 'CODE_EXPIRED'
  | 'CODE_USED'
  | 'WALLET_FROZEN'
  | 'WALLET_CLOSED'
  | 'RATE_NOT_HONOURED'
  | 'INSUFFICIENT_FUNDS'
  | 'AGREEMENT_UNKNOWN'
  | 'AGREEMENT_SUSPENDED'
  | 'AGREEMENT_ENDED'
  | 'LIMIT_AGREEMENT_CHARGE'
  | 'LIMIT_AGREEMENT_PERIOD'
  | 'GRANT_UNKNOWN'
  | 'LIMIT_GRANT_RIDE'
  | 'LIMIT_GRANT_TOTAL'
  | 'LIMIT_GRANT_CODES'
  | LimitBreach;

/** One payment as this operator booked it. A change makes a new value. */
export interface ChargeRecord {
  readonly lane: number;
  readonly paymentId: string;
  readonly state: ChargeState;
  readonly declineReason: DeclineReason | undefined;
  /** Absent where no wallet was found, and on the mark of a payment that was voided unseen. */
  readonly walletId: string | undefined;
  /** The agreement that was charged; absent for every other way to pay. */
  readonly agreementId: string | undefined;
  /** The grant of the ride that was charged; absent for every other way to pay. */
  readonly grantId?: string | undefined;
  /** What was asked for, in minor units; absent on the mark of a payment voided unseen. */
  readonly amountMinor: bigint | undefined;
  readonly refundedMinor: bigint;
  readonly refundCount: number;
  /** The encoded terms of the first call. */
  readonly terms: Uint8Array | undefined;
  /** 'YYYY-MM-DD' in the policy's time zone: the day whose allowance it used. */
  readonly allowanceDay: string | undefined;
  /** Epoch milliseconds; absent once a hold was taken over. */
  readonly holdExpiresAtMs: number | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One refund of a charge. */
export interface RefundRecord {
  readonly lane: number;
  readonly refundId: string;
  readonly paymentId: string;
  readonly payerAmountMinor: bigint;
  readonly payeeAmountMinor: bigint;
  readonly payeeCurrency: string;
  /** Whether the money waits in the unclaimed account. */
  readonly unclaimed: boolean;
  readonly createdAtMs: number;
}

/** A payment code as a charge needs it. */
export interface CodeRecord {
  readonly lane: number;
  readonly codeHash: Buffer;
  readonly walletId: string;
  readonly rateBoardId: string;
  readonly expiresAtMs: number;
  /** The payment that used it. */
  readonly usedBy: string | undefined;
}

/** What a batch needs of a wallet; its row is locked until the commit. */
export interface ChargedWallet {
  readonly lane: number;
  readonly walletId: string;
  readonly status: 'active' | 'frozen' | 'closed';
  readonly tier: string;
  /** Whether its arrears account held anything when it was locked. */
  readonly owes: boolean;
}

/** What a wallet spent in one period ('2026-11-16' or '2026'), in minor units. */
export interface UsageRecord {
  readonly lane: number;
  readonly walletId: string;
  readonly period: string;
  readonly usedMinor: bigint;
}

/** What a command is answered: the charge as it now stands, or why the call was wrong. */
export type ChargeAnswer =
  | {
      charge: ChargeRecord;
      /** Of a refund: whether its money waits in the unclaimed account. */
      unclaimed?: boolean;
    }
  | { refusal: Refusal<ChargeReason> };
