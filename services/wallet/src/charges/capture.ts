import { notePaid } from './agreement-rules.ts';
import type { EndCommand } from './command.ts';
import { ended, isOverdue, release, takenBy } from './held.ts';
import type { ChargeAnswer } from './record.ts';
import { unseen } from './refusals.ts';
import { captureStep, mustPost, type Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** Turns a hold into a debit. A charge in any other state stays as it is. */
export function capture(set: WorkingSet, command: EndCommand, rules: Rules): ChargeAnswer {
  const charge = set.charge(command);
  if (charge === undefined) return unseen(command);
  if (isOverdue(set, charge)) return { charge: release(set, charge, rules) };
  if (charge.state !== 'held') return { charge };
  const { wallet, amountMinor } = takenBy(set, charge);
  mustPost(set, captureStep(charge, wallet, rules), amountMinor);
  notePaid(set, charge);
  return { charge: ended(set, charge, 'captured') };
}
