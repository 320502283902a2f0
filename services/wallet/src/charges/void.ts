import { planted } from '@causeway/runtime';
import { collectArrears } from './arrears.ts';
import type { ChargeKey, EndCommand } from './command.ts';
import { ended, giveBack, release, takenBy } from './held.ts';
import type { ChargeAnswer, ChargeRecord } from './record.ts';
import { refused } from './refusals.ts';
import { mustPost, type Rules, reverseStep } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/**
 * The fence: undoes whatever was taken, and leaves a mark that blocks the payment id for ever
 * where nothing was seen. A declined charge stays declined.
 */
export function voidCharge(set: WorkingSet, command: EndCommand, rules: Rules): ChargeAnswer {
  const charge = set.charge(command);
  if (charge === undefined) return { charge: blocked(set, command) };
  switch (charge.state) {
    case 'voided':
    case 'declined':
      return { charge };
    case 'held':
      return { charge: release(set, charge, rules) };
    case 'captured':
      return reversed(set, charge, rules);
  }
}

function blocked(set: WorkingSet, { lane, paymentId }: ChargeKey): ChargeRecord {
  const { nowMs } = set.moment;
  const mark: ChargeRecord = {
    ...{ lane, paymentId, state: 'voided', declineReason: undefined },
    ...{ walletId: undefined, agreementId: undefined, amountMinor: undefined, terms: undefined },
    ...{ refundedMinor: 0n, refundCount: 0, allowanceDay: undefined, holdExpiresAtMs: undefined },
    ...{ createdAtMs: nowMs, updatedAtMs: nowMs },
  };
  // A deliberate wrong, to prove that the checks notice a debit that comes after its fence.
  if (!planted('tombstone-dropped')) set.setCharge(mark);
  return mark;
}

function reversed(set: WorkingSet, charge: ChargeRecord, rules: Rules): ChargeAnswer {
  if (charge.refundCount > 0) {
    return refused('CHARGE_REFUNDED', 'a refund has arrived for this charge', charge);
  }
  const { wallet, amountMinor } = takenBy(set, charge);
  mustPost(set, reverseStep(charge, wallet, rules), amountMinor);
  giveBack(set, charge, amountMinor);
  collectArrears(set, { lane: charge.lane, id: charge.paymentId }, wallet, rules);
  return { charge: ended(set, charge, 'voided') };
}
