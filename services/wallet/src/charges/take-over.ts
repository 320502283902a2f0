import type { EndCommand } from './command.ts';
import { isOverdue, release } from './held.ts';
import type { ChargeAnswer } from './record.ts';
import { unseen } from './refusals.ts';
import type { Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** Clears the deadline of a hold, so that from now on only Capture or Void end it. */
export function takeOver(set: WorkingSet, command: EndCommand, rules: Rules): ChargeAnswer {
  const charge = set.charge(command);
  if (charge === undefined) return unseen(command);
  // A hold whose time is over has ended, whether or not the sweeper has come by.
  if (isOverdue(set, charge)) return { charge: release(set, charge, rules) };
  if (charge.state !== 'held' || charge.holdExpiresAtMs === undefined) return { charge };
  const taken = { ...charge, holdExpiresAtMs: undefined };
  set.setCharge(taken);
  return { charge: taken };
}
