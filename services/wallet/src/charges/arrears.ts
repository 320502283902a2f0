import { availableMinor, postedMinor } from '@causeway/ledger';
import { resumed, suspended } from '../agreements/agreement.ts';
import { grantTermsOf, tierOf } from '../limits/policy.ts';
import type { DebitCommand } from './command.ts';
import type { ChargedWallet } from './record.ts';
import { advanceStep, collectStep, type Income, mustPost, type Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/** What the wallet owes for advances, in minor units, as the batch so far leaves it. */
export function arrearsOf(set: WorkingSet, wallet: ChargedWallet, { chart }: Rules): bigint {
  const { lane, walletId } = wallet;
  const account = set.books.account({ lane, accountId: chart.arrears(walletId) });
  // It is opened with the first agreement that the wallet signs.
  return account === undefined ? 0n : postedMinor(account);
}

/**
 * Lends the wallet what it lacks for a charge under an agreement, if that is within what its tier is
 * lent. Until it is paid back none of the wallet's agreements can be charged, so it owes nothing
 * now. The caller sees to it that a charge under the agreement was paid before: with wallets that
 * cost nothing to open, a merchant and its payers could take the cap once each and be gone.
 */
export function advance(
  set: WorkingSet,
  command: DebitCommand,
  wallet: ChargedWallet,
  rules: Rules,
): void {
  lend(set, command, wallet, rules, tierOf(rules.policy, wallet.tier).advanceMinor);
}

/** Lends the wallet what it lacks for one fare; while it owes anything, nothing more. */
export function advanceFare(
  set: WorkingSet,
  command: DebitCommand,
  wallet: ChargedWallet,
  rules: Rules,
): void {
  if (arrearsOf(set, wallet, rules) > 0n) return;
  lend(
    set,
    command,
    wallet,
    rules,
    grantTermsOf(rules.policy, wallet.tier)?.fareAdvanceMinor ?? 0n,
  );
}

function lend(
  set: WorkingSet,
  command: DebitCommand,
  wallet: ChargedWallet,
  rules: Rules,
  maxMinor: bigint,
): void {
  const missingMinor = command.amountMinor - available(set, wallet);
  if (missingMinor <= 0n || missingMinor > maxMinor) return;
  mustPost(set, advanceStep(command, wallet, rules), missingMinor);
  for (const agreement of agreementsOf(set, wallet)) {
    // One that was suspended before, for another reason, stays so when the arrears are paid.
    if (agreement.state !== 'active') continue;
    set.setAgreement(suspended(agreement, 'arrears', set.moment.nowMs));
  }
}

/** Whatever comes in pays what the wallet owes first; with the last of it, agreements resume. */
export function collectArrears(
  set: WorkingSet,
  income: Income,
  wallet: ChargedWallet,
  rules: Rules,
): void {
  if (!set.mayOwe(wallet)) return;
  const owedMinor = arrearsOf(set, wallet, rules);
  const freeMinor = available(set, wallet);
  const paidMinor = owedMinor < freeMinor ? owedMinor : freeMinor;
  if (paidMinor === 0n) return;
  mustPost(set, collectStep(income, wallet, rules), paidMinor);
  if (paidMinor < owedMinor) return;
  for (const agreement of agreementsOf(set, wallet)) {
    if (agreement.suspendedFor !== 'arrears') continue;
    set.setAgreement(resumed(agreement, set.moment.nowMs));
  }
}

function available(set: WorkingSet, { lane, walletId }: ChargedWallet): bigint {
  const account = set.books.account({ lane, accountId: walletId });
  if (account === undefined) throw new Error(`wallet ${walletId} has no account`);
  return availableMinor(account);
}

function agreementsOf(set: WorkingSet, { walletId }: ChargedWallet) {
  return set.agreements.rows().filter((agreement) => agreement.walletId === walletId);
}
