import { planted } from '@causeway/runtime';
import type { Movement } from './judge.ts';
import type { Transfer } from './transfer.ts';

/** About one transfer in sixteen is hit, always the same ones. */
const HIT = '0';

/**
 * Deliberate wrongs, to prove that recomputing balances from entries finds them: `entry-skipped`
 * leaves the credit out of the account's balance, `debit-doubled` takes the debit twice. Inert
 * unless planted.
 */
export function misapplied(transfer: Transfer, movement: Movement): Movement {
  const { debit, credit } = movement;
  const posts = transfer.kind === 'post' || transfer.kind === 'capture';
  if (!posts || !transfer.transferId.endsWith(HIT)) return movement;
  if (planted('entry-skipped')) {
    const creditsPosted = credit.creditsPosted - transfer.amountMinor;
    return { ...movement, credit: { ...credit, creditsPosted } };
  }
  if (planted('debit-doubled')) {
    const debitsPosted = debit.debitsPosted + transfer.amountMinor;
    return { ...movement, debit: { ...debit, debitsPosted } };
  }
  return movement;
}
