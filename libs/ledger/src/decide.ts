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

function decideGroup(books: Books, group: readonly Transfer[]): TransferResult[] {
  const [first] = group;
  const linkId = group.length > 1 ? first?.transferId : undefined;
  if (group.some((member) => member.lane !== first?.lane)) {
    throw new RangeError(`the chain of ${linkId} leaves its lane`);
  }
  const members = group.map((transfer) => ({ ...transfer, linkId }));
  const known = members.filter((member) => earlier(books, member) !== undefined);
  if (known.length === members.length) return members.map((member) => replay(books, member));
  const distinct = new Set(group.map((member) => member.transferId));
  if (known.length > 0 || distinct.size < members.length) return refuseMixed(books, members);
  return decideNew(books, members);
}

/** A transfer with the chain it came in, which is part of what its id stands for. */
type Member = Transfer & { linkId: string | undefined };

function earlier(books: Books, { lane, transferId }: Member): RecordedTransfer | undefined {
  return books.transfer(lane, transferId);
}

/** An id that is taken: the same content gets the same outcome, other content gets nothing. */
function replay(books: Books, member: Member): TransferResult {
  const { transferId } = member;
  const record = earlier(books, member);
  if (record === undefined || !sameContent(record, member)) {
    return { transferId, outcome: 'id_conflict', replay: false };
  }
  return { transferId, outcome: record.outcome, replay: true };
}

/** A chain that reuses some ids is not the chain that took them, so it fails as a whole. */
function refuseMixed(books: Books, members: readonly Member[]): TransferResult[] {
  return members.map((member) => {
    const { transferId } = member;
    if (earlier(books, member)) return { transferId, outcome: 'id_conflict', replay: false };
    return refuse(books, member, 'linked_failed');
  });
}

function decideNew(books: Books, members: readonly Member[]): TransferResult[] {
  const mark = books.mark();
  for (const culprit of members) {
    const reason = attempt(books, culprit);
    if (reason === undefined) continue;
    books.takeBack(mark);
    return members.map((member) =>
      refuse(books, member, member === culprit ? reason : 'linked_failed'),
    );
  }
  return members.map(({ transferId }) => ({ transferId, outcome: 'posted', replay: false }));
}

/** Posts one transfer, or answers why it cannot be. */
function attempt(books: Books, member: Member): Rejection | undefined {
  const { lane, debit, credit } = member;
  const verdict = judge(member, {
    debit: books.account({ lane, accountId: debit }),
    credit: books.account({ lane, accountId: credit }),
    hold: books.hold(member),
  });
  if (typeof verdict === 'string') return verdict;
  books.post({ ...member, outcome: 'posted' }, misapplied(member, verdict));
  return undefined;
}

function refuse(books: Books, member: Member, outcome: Rejection): TransferResult {
  books.reject({ ...member, outcome });
  return { transferId: member.transferId, outcome, replay: false };
}
