import { DeclineReason } from '@causeway/proto/common';
import { type Charge, ChargeState, ChargeTerms } from '@causeway/proto/wallet';
import type { ChargeKey } from '../charges/command.ts';
import type { ChargeRecord } from '../charges/record.ts';

const STATES = {
  held: ChargeState.HELD,
  captured: ChargeState.CAPTURED,
  voided: ChargeState.VOIDED,
  declined: ChargeState.DECLINED,
} as const;

/** A charge as the switch sees it. */
export function chargeMessage(charge: ChargeRecord, currencyCode: string): Charge {
  const { amountMinor, refundedMinor, terms, declineReason } = charge;
  return {
    paymentId: charge.paymentId,
    state: STATES[charge.state],
    declineReason:
      declineReason === undefined ? DeclineReason.UNSPECIFIED : DeclineReason[declineReason],
    walletId: charge.walletId ?? '',
    payerAmount: amountMinor === undefined ? undefined : { currencyCode, amountMinor },
    refundedAmount:
      amountMinor === undefined ? undefined : { currencyCode, amountMinor: refundedMinor },
    terms: terms && ChargeTerms.decode(terms),
    createTime: new Date(charge.createdAtMs),
    updateTime: new Date(charge.updatedAtMs),
  };
}

/** What is said of a payment of which nothing is known. */
export function unseenMessage({ paymentId }: ChargeKey): Charge {
  return {
    paymentId,
    state: ChargeState.UNSEEN,
    declineReason: DeclineReason.UNSPECIFIED,
    walletId: '',
    payerAmount: undefined,
    refundedAmount: undefined,
    terms: undefined,
    createTime: undefined,
    updateTime: undefined,
  };
}
