import { capture } from './capture.ts';
import type { ChargeCommand, EndCommand } from './command.ts';
import { debit } from './debit.ts';
import { isOverdue, release } from './held.ts';
import type { ChargeAnswer } from './record.ts';
import { refund } from './refund.ts';
import { unseen } from './refusals.ts';
import { takeOver } from './take-over.ts';
import type { Rules } from './transfers.ts';
import { voidCharge } from './void.ts';
import type { WorkingSet } from './working-set.ts';

/**
 * Decides one command on what the commands before it left, and enters what it does into the
 * working set. Pure: no IO, no clock, no chance.
 */
export function decideCommand(set: WorkingSet, command: ChargeCommand, rules: Rules): ChargeAnswer {
  switch (command.kind) {
    case 'charge':
    case 'hold':
      return debit(set, command, rules);
    case 'take_over':
      return takeOver(set, command, rules);
    case 'capture':
      return capture(set, command, rules);
    case 'void':
      return voidCharge(set, command, rules);
    case 'refund':
      return refund(set, command, rules);
    case 'expire':
      return expire(set, command, rules);
  }
}

/** Ends a hold whose deadline has passed; one that was taken over or ended meanwhile stays. */
function expire(set: WorkingSet, command: EndCommand, rules: Rules): ChargeAnswer {
  const charge = set.charge(command);
  if (charge === undefined) return unseen(command);
  return { charge: isOverdue(set, charge) ? release(set, charge, rules) : charge };
}
