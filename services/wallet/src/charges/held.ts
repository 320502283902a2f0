import { collectArrears } from './arrears.ts';
import type { ChargedWallet, ChargeRecord } from './record.ts';
import { mustPost, type Rules, releaseStep } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** A charge that took money, with what a row that took money always has. */
export interface TakenCharge {
  wallet: ChargedWallet;
  amountMinor: bigint;
  allowanceDay: string;
}

/** What a held or captured charge took, and from whom. Throws if its record lacks it. */
export function takenBy(set: WorkingSet, charge: ChargeRecord): TakenCharge {
  const { walletId, amountMinor, allowanceDay, paymentId } = charge;
  const wallet = walletId === undefined ? undefined : set.wallet(walletId);
  if (wallet === undefined || amountMinor === undefined || allowanceDay === undefined) {
    throw new Error(`charge ${paymentId} took money from nobody`);
  }
  return { wallet, amountMinor, allowanceDay };
}

/** Whether a hold's deadline has passed. One that was taken over has none. */
export function isOverdue(set: WorkingSet, { state, holdExpiresAtMs }: ChargeRecord): boolean {
  return state === 'held' && holdExpiresAtMs !== undefined && set.moment.nowMs >= holdExpiresAtMs;
}

/** Ends a hold without a debit: the money and the allowance of its day are free again. */
export function release(set: WorkingSet, charge: ChargeRecord, rules: Rules): ChargeRecord {
  const { wallet, amountMinor } = takenBy(set, charge);
  mustPost(set, releaseStep(charge, wallet, rules), amountMinor);
  giveBack(set, charge, amountMinor);
  collectArrears(set, { lane: charge.lane, id: charge.paymentId }, wallet, rules);
  return ended(set, charge, 'voided');
}

/** Gives allowances back, those of the day of the charge: of the wallet and of the agreement. */
export function giveBack(set: WorkingSet, charge: ChargeRecord, amountMinor: bigint): void {
  const { wallet, allowanceDay } = takenBy(set, charge);
  set.spend(allowanceDay, wallet, -amountMinor);
  if (charge.agreementId === undefined) return;
  set.spendUnder(charge.lane, charge.agreementId, allowanceDay, -amountMinor);
}

/** Records the state that a charge reached now. */
export function ended(
  set: WorkingSet,
  charge: ChargeRecord,
  state: 'captured' | 'voided',
): ChargeRecord {
  const after = { ...charge, state, holdExpiresAtMs: undefined, updatedAtMs: set.moment.nowMs };
  set.setCharge(after);
  return after;
}
