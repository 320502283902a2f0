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

/**
 * A charge as the switch sees it. Terms that it has just sent itself (`asked`, encoded) are left
 * out: neither side then decodes and encodes again what nothing has changed.
 */
export function chargeMessage(
  charge: ChargeRecord,
  currencyCode: string,
  asked?: Uint8Array,
): Charge {
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
    terms: terms && !isSame(terms, asked) ? ChargeTerms.decode(terms) : undefined,
    createTime: new Date(charge.createdAtMs),
    updateTime: new Date(charge.updatedAtMs),
  };
}

function isSame(terms: Uint8Array, asked: Uint8Array | undefined): boolean {
  return asked !== undefined && Buffer.compare(terms, asked) === 0;
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
