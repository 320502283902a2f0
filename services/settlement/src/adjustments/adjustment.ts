import type { Tx } from '@causeway/db';
import type { Command } from '../commands/commands.ts';
import type { ParticipantRef } from '../participants.ts';
import { type Posting, post } from '../postings/post.ts';
import { insertAdjustment } from './store.ts';

/** A correction of what a participant's next window comes to. */
export interface Adjustment {
  participant: ParticipantRef;
  currencyCode: string;
  /** Above zero where an acquirer is owed more, or a wallet operator owes more. Never zero. */
  amountMinor: bigint;
  /** Why, in words. */
  reason: string;
  /** What it is about; may be empty. */
  reference: string;
  /** The adjustment that it takes back. */
  reverses?: string;
}

/** An adjustment as it is kept. */
export interface PostedAdjustment extends Adjustment {
  /** The command that posted it. */
  adjustmentId: string;
  /** Its place among all commands. */
  commandSeq: bigint;
  operatorId: string;
  postedAt: Date;
}

/**
 * Posts an adjustment as a part of a command: what the participant is owed or owes against the
 * account of adjustments, and the charge to its next window. A command posts one at most.
 */
export async function postAdjustment(
  tx: Tx,
  command: Omit<Command, 'kind' | 'body'>,
  adjustment: Adjustment,
): Promise<void> {
  await insertAdjustment(tx, {
    ...adjustment,
    adjustmentId: command.commandId,
    commandSeq: command.seq,
    operatorId: command.operatorId,
    postedAt: command.recordedAt,
  });
  await post(tx, command, [postingOf(adjustment, command.commandId)]);
}

/** The two sides of an adjustment. */
export function postingOf(
  { participant, currencyCode, amountMinor, reference }: Adjustment,
  adjustmentId: string,
): Posting {
  const { kind, id } = participant;
  const isAcquirer = kind === 'acquirer';
  const code = isAcquirer ? 'acquirer_payable' : 'issuer_receivable';
  const own = { code, owner: id } as const;
  const house = { code: 'adjustments', owner: '' } as const;
  // More owed to an acquirer is a credit of its account, more owed by a wallet operator a debit.
  const isCredit = isAcquirer === amountMinor > 0n;
  return {
    ...{ step: 'adjustment', kind: 'adjustment', currencyCode },
    debit: isCredit ? house : own,
    credit: isCredit ? own : house,
    amountMinor: amountMinor > 0n ? amountMinor : -amountMinor,
    reference: reference || adjustmentId,
    charge: { participant, amountMinor },
  };
}
