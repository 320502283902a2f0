import type { Money } from '@causeway/money';

/** What names a charge: the switch's payment id, in the lane that the payer's reference gives. */
export interface ChargeKey {
  lane: number;
  paymentId: string;
}

/** Who pays, as the switch knows it. All are absent where the reference could be nobody's. */
export interface PayerReference {
  /** The keyed hash of a payment code. */
  codeHash?: Buffer | undefined;
  /** The agreement that is charged. */
  agreementId?: string | undefined;
  /** The first tap of a ride that is charged. */
  tap?: Tap | undefined;
  /** With an agreement or a tap: the wallet that pays, absent where it is nobody's. */
  walletId?: string | undefined;
  /** With a loss, which this operator's own wallet pays: the wallet whose grant it is. */
  holderId?: string | undefined;
}

/** A code that a phone signed at a gate. */
export interface Tap {
  grantId: string;
  /** From 1 to the number of codes that the grant allows. */
  counter: number;
  /** A loss that this operator bears; absent for the ride itself. */
  lossId?: string | undefined;
}

/** What of the agreed terms the rules look at, and all of it as it is stored. */
export interface Terms {
  /** The encoded `ChargeTerms` message. */
  encoded: Uint8Array;
  payee: Money;
  /** Payee major units per one payer major unit; absent where both have one currency. */
  rate: string | undefined;
  merchantId: string;
  /** ISO 3166-1 alpha-2. */
  merchantCountry: string;
}

/** Charge and Hold: both take money, one at once. */
export interface DebitCommand extends ChargeKey {
  kind: 'charge' | 'hold';
  payer: PayerReference;
  /** In minor units of the policy's currency, above zero. */
  amountMinor: bigint;
  terms: Terms;
  /** Epoch milliseconds after which it is declined if it was not seen before; infinite for a tap. */
  expiresAtMs: number;
  /** How long a hold lives unless it is taken over; 0 for a charge. */
  holdTtlSeconds: number;
}

/** Commands that say nothing but what shall become of a charge. */
export interface EndCommand extends ChargeKey {
  kind: 'take_over' | 'capture' | 'void' | 'expire';
}

export interface RefundCommand extends ChargeKey {
  kind: 'refund';
  refundId: string;
  /** In minor units of the policy's currency; zero moves nothing. */
  amountMinor: bigint;
  /** What the merchant gives back. */
  payee: Money;
}

/** Everything that changes a charge. Commands of all kinds share batches and commits. */
export type ChargeCommand = DebitCommand | EndCommand | RefundCommand;
