import type { Books } from './books.ts';
import { judge } from './judge.ts';
import { misapplied } from './plants.ts';
import {
  assertWellFormed,
  type RecordedTransfer,
  type Rejection,
  sameContent,
  type Transfer,
  type TransferResult,
} from './transfer.ts';

/**
 * Decides transfers in order, each seeing what the ones before it did, and enters them into the
 * books. No IO, no time, no chance: it reads its arguments and changes nothing but the books.
 * One result per transfer, in order. Throws a RangeError for a malformed transfer.
 */
export function decide(books: Books, transfers: readonly Transfer[]): TransferResult[] {
  transfers.forEach(assertWellFormed);
  return linkedGroups(transfers).flatMap((group) => decideGroup(books, group));
}

/** Cuts the batch into chains; a transfer on its own is a chain of one. */
function linkedGroups(transfers: readonly Transfer[]): Transfer[][] {
  const groups: Transfer[][] = [];
  let open: Transfer[] = [];
  for (const transfer of transfers) {
    open.push(transfer);
    if (transfer.linkedWithNext) continue;
    groups.push(open);
    open = [];
  }
  if (open.length > 0) throw new RangeError('the last transfer is linked with a next one');
  return groups;
}

function decideGroup(books: Books, members: readonly Transfer[]): TransferResult[] {
  const linkId = members.length > 1 ? members[0]?.transferId : undefined;
  if (linkId !== undefined) assertOneLane(members);
  const known = members.filter((member) => earlier(books, member) !== undefined);
  if (known.length === members.length) {
    return members.map((member) => replay(books, member, linkId));
  }
  if (known.length > 0 || repeatsAnId(members)) return refuseMixed(books, members, linkId);
  return decideNew(books, members, linkId);
}

function assertOneLane(members: readonly Transfer[]): void {
  if (members.some((member) => member.lane !== members[0]?.lane)) {
    throw new RangeError(`the chain of ${members[0]?.transferId} leaves its lane`);
  }
}

function repeatsAnId(members: readonly Transfer[]): boolean {
  if (members.length === 1) return false;
  return new Set(members.map((member) => member.transferId)).size < members.length;
}

function earlier(books: Books, { lane, transferId }: Transfer): RecordedTransfer | undefined {
  return books.transfer(lane, transferId);
}

/** An id that is taken: the same content gets the same outcome, other content gets nothing. */
function replay(books: Books, member: Transfer, linkId: string | undefined): TransferResult {
  const { transferId } = member;
  const record = earlier(books, member);
  if (record === undefined || !sameContent(record, member, linkId)) {
    return { transferId, outcome: 'id_conflict', replay: false };
  }
  return { transferId, outcome: record.outcome, replay: true };
}

/** A chain that reuses some ids is not the chain that took them, so it fails as a whole. */
function refuseMixed(
  books: Books,
  members: readonly Transfer[],
  linkId: string | undefined,
): TransferResult[] {
  return members.map((member) => {
    const { transferId } = member;
    if (earlier(books, member)) return { transferId, outcome: 'id_conflict', replay: false };
    return refuse(books, member, linkId, 'linked_failed');
  });
}

function decideNew(
  books: Books,
  members: readonly Transfer[],
  linkId: string | undefined,
): TransferResult[] {
  const mark = books.mark();
  for (const culprit of members) {
    const reason = attempt(books, culprit, linkId);
    if (reason === undefined) continue;
    books.takeBack(mark);
    return members.map((member) =>
      refuse(books, member, linkId, member === culprit ? reason : 'linked_failed'),
    );
  }
  return members.map(({ transferId }) => ({ transferId, outcome: 'posted', replay: false }));
}

/** Posts one transfer, or answers why it cannot be. */
function attempt(
  books: Books,
  member: Transfer,
  linkId: string | undefined,
): Rejection | undefined {
  const { lane, debit, credit } = member;
  const verdict = judge(member, {
    debit: books.account({ lane, accountId: debit }),
    credit: books.account({ lane, accountId: credit }),
    hold: books.hold(member),
  });
  if (typeof verdict === 'string') return verdict;
  books.post(member, linkId, misapplied(member, verdict));
  return undefined;
}

function refuse(
  books: Books,
  member: Transfer,
  linkId: string | undefined,
  outcome: Rejection,
): TransferResult {
  books.reject(member, linkId, outcome);
  return { transferId: member.transferId, outcome, replay: false };
}
