import { isUuid, LANES } from '@causeway/runtime';

/**
 * post moves at once; hold reserves; capture posts a hold, in full or in part, and releases the
 * rest; void releases a hold.
 */
export type TransferKind = 'post' | 'hold' | 'capture' | 'void';

/** A movement from one account to another, in one lane and one currency. */
export interface Transfer {
  lane: number;
  /** A UUID in lower case. The permanent idempotency key: it decides once, for ever. */
  transferId: string;
  kind: TransferKind;
  /** Account ids. A capture or a void names those of its hold. */
  debit: string;
  credit: string;
  currencyCode: string;
  /** Greater than zero. Of a capture: at most the hold's amount. Of a void: the hold's amount. */
  amountMinor: bigint;
  /** The hold that a capture or a void resolves; absent otherwise. */
  holdId?: string | undefined;
  /** Ties this transfer to the next one: a chain is posted whole or not at all. */
  linkedWithNext?: boolean;
  /** What it is for: `payment`, `refund`, `top_up`. */
  code: string;
  /** What it belongs to: a payment id, a refund id. */
  reference: string;
}

/** Why a transfer was rejected. The id stays rejected for this reason, for ever. */
export type Rejection =
  | 'account_not_found'
  | 'currency_mismatch'
  | 'insufficient_funds'
  | 'balance_too_large'
  | 'hold_not_found'
  | 'hold_mismatch'
  | 'hold_exceeded'
  | 'hold_resolved'
  | 'linked_failed';

/** How a transfer ended. `id_conflict`: its id is taken by other content; nothing was written. */
export type Outcome = 'posted' | Rejection | 'id_conflict';

export interface TransferResult {
  transferId: string;
  outcome: Outcome;
  /** True where an earlier call, or an earlier transfer of the same batch, decided this. */
  replay: boolean;
}

/** What posting did. */
export interface Effect {
  /** Change of the held totals in minor units. */
  heldMinor: bigint;
  debitSeq: bigint;
  creditSeq: bigint;
  /** Posted balances afterwards, each on the normal side of its account. */
  debitBalanceMinor: bigint;
  creditBalanceMinor: bigint;
}

/** A decided transfer, as its row says it. */
export interface RecordedTransfer {
  transfer: Transfer;
  /** The first transfer of its linked group. */
  linkId: string | undefined;
  outcome: 'posted' | Rejection;
}

/** The largest amount that one transfer may move, in minor units. */
const MAX_TRANSFER_MINOR = 10n ** 15n;

/** Throws a RangeError for what no caller may send, before anything is locked. */
export function assertWellFormed(transfer: Transfer): void {
  const { lane, transferId, debit, credit, amountMinor, holdId, kind } = transfer;
  const wrong = (what: string): never => {
    throw new RangeError(`transfer ${transferId}: ${what}`);
  };
  if (!isUuid(transferId) || !isUuid(debit) || !isUuid(credit)) wrong('not a UUID in lower case');
  if (!Number.isInteger(lane) || lane < 0 || lane >= LANES) wrong(`lane ${lane} does not exist`);
  if (debit === credit) wrong('debit and credit are one account');
  if (amountMinor <= 0n || amountMinor > MAX_TRANSFER_MINOR) wrong(`amount ${amountMinor}`);
  if ((holdId !== undefined) !== resolvesHold(kind)) wrong('capture and void alone name a hold');
  if (holdId !== undefined && !isUuid(holdId)) wrong('not a UUID in lower case');
}

/** Whether the kind ends a hold. */
function resolvesHold(kind: TransferKind): boolean {
  return kind === 'capture' || kind === 'void';
}

/** Whether an id that comes again says the same as the first time. */
export function sameContent(
  { transfer: earlier, linkId: earlierLinkId }: RecordedTransfer,
  transfer: Transfer,
  linkId: string | undefined,
): boolean {
  return (
    earlier.kind === transfer.kind &&
    earlier.debit === transfer.debit &&
    earlier.credit === transfer.credit &&
    earlier.currencyCode === transfer.currencyCode &&
    earlier.amountMinor === transfer.amountMinor &&
    earlier.holdId === transfer.holdId &&
    earlier.code === transfer.code &&
    earlier.reference === transfer.reference &&
    earlierLinkId === linkId
  );
}
