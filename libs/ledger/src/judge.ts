import { type Account, availableMinor, type Side } from './account.ts';
import type { RecordedTransfer, Rejection, Transfer } from './transfer.ts';

/** What a capture or a void refers to, and whether another one has resolved it. */
export interface Hold {
  record: RecordedTransfer;
  resolved: boolean;
}

/** What a transfer meets: its accounts and its hold, as they stand. */
export interface Circumstances {
  debit: Account | undefined;
  credit: Account | undefined;
  hold: Hold | undefined;
}

/** Both accounts after the transfer, and by how much it changed their held totals. */
export interface Movement {
  debit: Account;
  credit: Account;
  heldMinor: bigint;
}

/** BIGINT's last value: a total beyond it could not be stored. */
const MAX_TOTAL_MINOR = 2n ** 63n - 1n;

/** Decides one transfer on its own. Pure: answers the reason of a refusal, or the accounts after it. */
export function judge(
  transfer: Transfer,
  { debit, credit, hold }: Circumstances,
): Rejection | Movement {
  if (debit === undefined || credit === undefined) return 'account_not_found';
  const currencies = [debit.currencyCode, credit.currencyCode];
  if (currencies.some((code) => code !== transfer.currencyCode)) return 'currency_mismatch';
  const change = changeBy(transfer, hold);
  if (typeof change === 'string') return change;
  const after = { debit: moved(debit, 'debit', change), credit: moved(credit, 'credit', change) };
  for (const account of [after.debit, after.credit]) {
    if (!account.mayGoNegative && availableMinor(account) < 0n) return 'insufficient_funds';
    if (tooLarge(account)) return 'balance_too_large';
  }
  return { ...after, heldMinor: change.heldMinor };
}

/** What a transfer adds to the totals on its side of each account, in minor units. */
interface Change {
  postedMinor: bigint;
  heldMinor: bigint;
}

function changeBy(transfer: Transfer, hold: Hold | undefined): Change | Rejection {
  const { kind, amountMinor } = transfer;
  if (kind === 'post') return { postedMinor: amountMinor, heldMinor: 0n };
  if (kind === 'hold') return { postedMinor: 0n, heldMinor: amountMinor };
  if (hold === undefined) return 'hold_not_found';
  const refusal = refuseResolution(transfer, hold);
  if (refusal !== undefined) return refusal;
  // Whatever a capture does not take is released with it: a hold never lives on in part.
  return {
    postedMinor: kind === 'capture' ? amountMinor : 0n,
    heldMinor: -hold.record.transfer.amountMinor,
  };
}

function refuseResolution(transfer: Transfer, hold: Hold): Rejection | undefined {
  const { transfer: held, outcome } = hold.record;
  if (held.kind !== 'hold' || outcome !== 'posted') return 'hold_not_found';
  const sameAccounts = held.debit === transfer.debit && held.credit === transfer.credit;
  if (!sameAccounts || held.currencyCode !== transfer.currencyCode) return 'hold_mismatch';
  if (transfer.amountMinor > held.amountMinor) return 'hold_exceeded';
  if (transfer.kind === 'void' && transfer.amountMinor !== held.amountMinor) return 'hold_mismatch';
  return hold.resolved ? 'hold_resolved' : undefined;
}

function moved(account: Account, side: Side, { postedMinor, heldMinor }: Change): Account {
  const seq = account.seq + 1n;
  if (side === 'debit') {
    const debitsPosted = account.debitsPosted + postedMinor;
    return { ...account, seq, debitsPosted, debitsHeld: account.debitsHeld + heldMinor };
  }
  const creditsPosted = account.creditsPosted + postedMinor;
  return { ...account, seq, creditsPosted, creditsHeld: account.creditsHeld + heldMinor };
}

function tooLarge(account: Account): boolean {
  const { debitsPosted, debitsHeld, creditsPosted, creditsHeld } = account;
  return (
    debitsPosted + debitsHeld > MAX_TOTAL_MINOR || creditsPosted + creditsHeld > MAX_TOTAL_MINOR
  );
}
