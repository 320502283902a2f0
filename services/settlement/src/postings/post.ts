import type { Tx } from '@causeway/db';
import {
  type AccountDefinition,
  applyTransfers,
  openAccounts,
  type Transfer,
} from '@causeway/ledger';
import { uuidFrom } from '@causeway/runtime';
import type { AccountCode, AccountName } from '../booking/legs.ts';
import type { Command } from '../commands/commands.ts';
import type { ParticipantRef } from '../participants.ts';
import { addCharges } from './store.ts';

/** What money that commands move is for. */
export type PostingKind =
  | 'adjustment'
  | 'carry'
  | 'conversion'
  | 'dispute'
  | 'fee'
  | 'netting'
  | 'payout'
  | 'reserve'
  | 'top_up'
  | 'withdrawal';

/** A change of what a participant's next window comes to, signed, in minor units. */
export interface Charge {
  participant: ParticipantRef;
  kind: PostingKind;
  currencyCode: string;
  /** Above zero where an acquirer is owed more, or a wallet operator owes more. Never zero. */
  amountMinor: bigint;
  /** What it is about, for people. */
  reference: string;
}

/** One double entry on the ledger, with the charge that it makes. */
export interface Posting {
  /** Which one it is within its command. */
  step: string;
  kind: PostingKind;
  debit: AccountName;
  credit: AccountName;
  currencyCode: string;
  /** Above zero, in minor units. */
  amountMinor: bigint;
  /** What it is about, for people. */
  reference: string;
  /** The participant whose window it is charged to, and by how much; absent in the switch's own affairs. */
  charge?: { participant: ParticipantRef; amountMinor: bigint };
}

/** All that commands move is of lane 0: it is little, and belongs to no payment. */
const LANE = 0;

const DEBIT_NORMAL: ReadonlySet<AccountCode> = new Set<AccountCode>([
  'issuer_receivable',
  'acquirer_refunds',
  'fee_expense',
  'nostro',
]);

/**
 * Posts what a command moves, in its transaction. Every account may go either way: what must not be
 * exceeded is for the command to check.
 */
export async function post(
  tx: Tx,
  command: Pick<Command, 'commandId' | 'seq' | 'recordedAt'>,
  postings: readonly Posting[],
): Promise<void> {
  if (postings.length === 0) return;
  const accounts = postings.flatMap(({ debit, credit, currencyCode }) => [
    accountOf(debit, currencyCode),
    accountOf(credit, currencyCode),
  ]);
  await openAccounts(tx, [...new Map(accounts.map((one) => [one.accountId, one])).values()]);
  const results = await applyTransfers(
    tx,
    postings.map((posting) => transferOf(command, posting)),
  );
  const failed = results.find(({ outcome, replay }) => outcome !== 'posted' || replay);
  if (failed) throw new Error(`transfer ${failed.transferId} was not posted: ${failed.outcome}`);
  await charge(
    tx,
    command,
    postings.flatMap(({ charge: made, kind, currencyCode, reference }) => {
      return made ? [{ ...made, kind, currencyCode, reference }] : [];
    }),
  );
}

/** Charges to the participants' next windows what needs no entry of its own, as a carried amount. */
export async function charge(
  tx: Tx,
  { commandId, seq, recordedAt }: Pick<Command, 'commandId' | 'seq' | 'recordedAt'>,
  charges: readonly Charge[],
): Promise<void> {
  if (charges.length === 0) return;
  await addCharges(
    tx,
    charges.map((one, index) => ({
      ...one,
      chargeId: uuidFrom('settlement.charge', commandId, one.kind, String(index)),
      ...{ commandSeq: seq, recordedAt },
    })),
  );
}

function transferOf({ commandId }: Pick<Command, 'commandId'>, posting: Posting): Transfer {
  const { step, kind, debit, credit, currencyCode, amountMinor, reference } = posting;
  return {
    lane: LANE,
    transferId: uuidFrom('settlement.posting', commandId, step),
    kind: 'post',
    debit: accountOf(debit, currencyCode).accountId,
    credit: accountOf(credit, currencyCode).accountId,
    ...{ currencyCode, amountMinor, reference },
    code: kind,
  };
}

function accountOf({ code, owner }: AccountName, currencyCode: string): AccountDefinition {
  return {
    lane: LANE,
    accountId: uuidFrom('settlement.account', code, owner, currencyCode),
    ...{ owner, code, currencyCode },
    normalSide: DEBIT_NORMAL.has(code) ? 'debit' : 'credit',
    mayGoNegative: true,
  };
}
