import { collectArrears } from './arrears.ts';
import type { RefundCommand } from './command.ts';
import { giveBack, takenBy } from './held.ts';
import type { ChargeAnswer, RefundRecord } from './record.ts';
import { refused } from './refusals.ts';
import { isUnclaimed, mustPost, type Rules, refundStep } from './transfers.ts';
import { keyOf, type WorkingSet } from './working-set.ts';

/**
 * Credits a part of a captured charge back. Frozen wallets are reached and balance limits do not
 * count: the money was the payer's. It gives back the allowance of the day of the charge.
 */
export function refund(set: WorkingSet, command: RefundCommand, rules: Rules): ChargeAnswer {
  const charge = set.charge(command);
  const earlier = set.refunds.get(keyOf(command.lane, command.refundId));
  if (earlier !== undefined) {
    if (charge !== undefined && isSame(earlier, command)) {
      return { charge, unclaimed: earlier.unclaimed };
    }
    return refused('REQUEST_ID_REUSED', 'the refund id was used for another refund', command);
  }
  if (charge?.state !== 'captured') {
    return refused('CHARGE_NOT_CAPTURED', 'only a captured charge can be refunded', command);
  }
  const { wallet, amountMinor: chargedMinor } = takenBy(set, charge);
  const refundedMinor = charge.refundedMinor + command.amountMinor;
  if (refundedMinor > chargedMinor) {
    return refused('REFUND_EXCEEDS_CHARGE', 'refunds would pass what was charged', command);
  }
  if (command.amountMinor > 0n) {
    mustPost(set, refundStep(command, wallet, rules), command.amountMinor);
    giveBack(set, charge, command.amountMinor);
    collectArrears(set, { lane: command.lane, id: command.refundId }, wallet, rules);
  }
  const unclaimed = isUnclaimed(wallet);
  set.refunds.set(keyOf(command.lane, command.refundId), recordOf(set, command, unclaimed));
  const after = { ...charge, refundedMinor, refundCount: charge.refundCount + 1 };
  set.setCharge(after);
  return { charge: after, unclaimed };
}

function isSame(earlier: RefundRecord, { paymentId, amountMinor, payee }: RefundCommand): boolean {
  return (
    earlier.paymentId === paymentId &&
    earlier.payerAmountMinor === amountMinor &&
    earlier.payeeAmountMinor === payee.amountMinor &&
    earlier.payeeCurrency === payee.currencyCode
  );
}

function recordOf(set: WorkingSet, command: RefundCommand, unclaimed: boolean): RefundRecord {
  const { lane, refundId, paymentId, amountMinor, payee } = command;
  return {
    ...{ lane, refundId, paymentId, unclaimed },
    payerAmountMinor: amountMinor,
    payeeAmountMinor: payee.amountMinor,
    payeeCurrency: payee.currencyCode,
    createdAtMs: set.moment.nowMs,
  };
}
