import type { Tx } from '@causeway/db';
import { failpoint, Refusal } from '@causeway/runtime';
import { type AccountName, HOUSE } from '../../booking/legs.ts';
import type { Command, CommandHandler } from '../../commands/commands.ts';
import type { Side } from '../../participants.ts';
import { type Posting, post } from '../../postings/post.ts';
import { type ActionRow, addAction, lockBreak, setAssignee, setResolved } from './store.ts';

/** A break is given to somebody; to nobody where the assignee is empty. */
export type AssignBody = { readonly break_id: string; readonly assignee: string };

/** Something is said about a break. */
export type CommentBody = { readonly break_id: string; readonly text: string };

/** A break is closed, with what is posted; all that the posting needs stands in the command. */
export type ResolveBody = {
  readonly break_id: string;
  readonly reason: string;
  /** 'acquirer' or 'issuer'; empty where the bank's account is put right. */
  readonly participant_kind: string;
  readonly participant_id: string;
  /** Empty without an adjustment. */
  readonly currency_code: string;
  /** A decimal string, signed as the position of the participant or the account. */
  readonly adjustment_minor: string;
};

export const ASSIGN: CommandHandler<AssignBody> = {
  kind: 'reconciliation.assign',
  async apply(tx, command) {
    const { break_id: breakId, assignee } = command.body;
    await refuseClosed(tx, breakId);
    await record(tx, command, breakId, { kind: 'assign', assignee });
    await setAssignee(tx, breakId, assignee);
  },
};

export const COMMENT: CommandHandler<CommentBody> = {
  kind: 'reconciliation.comment',
  async apply(tx, command) {
    const { break_id: breakId, text } = command.body;
    await record(tx, command, breakId, { kind: 'comment', said: text });
  },
};

export const RESOLVE: CommandHandler<ResolveBody> = {
  kind: 'reconciliation.resolve',
  async apply(tx, command) {
    const { break_id: breakId, reason, currency_code, adjustment_minor } = command.body;
    await refuseClosed(tx, breakId);
    const adjustment =
      currency_code === ''
        ? {}
        : { currencyCode: currency_code, adjustmentMinor: BigInt(adjustment_minor) };
    await record(tx, command, breakId, { kind: 'resolve', said: reason, ...adjustment });
    await post(tx, command, postingsOf(command.body));
    await setResolved(tx, breakId, command.recordedAt);
    await failpoint('settlement.reconciliation.resolved');
  },
};

async function refuseClosed(tx: Tx, breakId: string): Promise<void> {
  const state = await lockBreak(tx, breakId);
  if (state === undefined || state === 'open') return;
  throw new Refusal('BREAK_CLOSED', `the break is ${state}`, { metadata: { state } });
}

const NOTHING = { assignee: '', said: '', currencyCode: null, adjustmentMinor: null };

async function record(
  tx: Tx,
  { seq, operatorId, recordedAt }: Pick<Command, 'seq' | 'operatorId' | 'recordedAt'>,
  breakId: string,
  action: Pick<ActionRow, 'kind'> & Partial<ActionRow>,
): Promise<void> {
  await addAction(tx, {
    ...{ ...NOTHING, commandSeq: seq, breakId, operatorId, recordedAt },
    ...action,
  });
}

/**
 * What an adjustment posts: between the correction's own account and what the participant is owed or
 * owes, or what the bank holds. The other way round below zero.
 */
export function postingsOf(body: ResolveBody): Posting[] {
  if (body.currency_code === '') return [];
  const signedMinor = BigInt(body.adjustment_minor);
  const { debit, credit } = sidesOf(body);
  const isMore = signedMinor > 0n;
  const participant = participantOf(body);
  return [
    {
      ...{ step: 'adjustment', kind: 'adjustment' },
      ...(isMore ? { debit, credit } : { debit: credit, credit: debit }),
      currencyCode: body.currency_code,
      amountMinor: isMore ? signedMinor : -signedMinor,
      reference: `break ${body.break_id}`,
      ...(participant === undefined ? {} : { charge: { participant, amountMinor: signedMinor } }),
    },
  ];
}

function participantOf(body: ResolveBody): { kind: Side; id: string } | undefined {
  const { participant_kind: kind, participant_id: id } = body;
  return kind === 'acquirer' || kind === 'issuer' ? { kind, id } : undefined;
}

function sidesOf(body: ResolveBody): { debit: AccountName; credit: AccountName } {
  const corrections: AccountName = { code: 'adjustments', owner: HOUSE };
  const participant = participantOf(body);
  if (participant === undefined) {
    return { debit: { code: 'nostro', owner: HOUSE }, credit: corrections };
  }
  const { kind, id: owner } = participant;
  return kind === 'acquirer'
    ? { debit: corrections, credit: { code: 'acquirer_payable', owner } }
    : { debit: { code: 'issuer_receivable', owner }, credit: corrections };
}
