import type { ListDisputesRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { pageSizeIn, seqIn, tokenOf } from '../paging.ts';
import { disputeUnknown } from './commands.ts';
import type { Actor, DisputeDesk } from './desk.ts';
import type { Dispute, DisputeStep } from './dispute.ts';
import { type DisputeFilter, disputeById, disputesBefore, stepsOf } from './store.ts';

const LIST = 'disputes';

/** Whether the dispute is a payer's of this wallet operator, or a payment's of this acquirer. */
export function maySee({ kind, id }: Actor, { issuerId, partnerId }: Dispute): boolean {
  if (kind === 'operator') return true;
  return kind === 'issuer' ? issuerId === id : kind === 'partner' && partnerId === id;
}

/** One dispute with its history. Throws FIELD_INVALID, DISPUTE_UNKNOWN. */
export async function getDispute(
  { db }: DisputeDesk,
  actor: Actor,
  disputeId: string,
): Promise<{ dispute: Dispute; steps: DisputeStep[] }> {
  const fields = new RequestFields();
  fields.uuid('dispute_id', disputeId);
  fields.refuse();
  const dispute = await disputeById(db, disputeId);
  if (!dispute || !maySee(actor, dispute)) throw disputeUnknown();
  return { dispute, steps: await stepsOf(db, disputeId) };
}

/** A page of the disputes that the caller may see. Throws FIELD_INVALID, PAGE_TOKEN_INVALID. */
export async function listDisputes(
  { db }: DisputeDesk,
  actor: Actor,
  { paymentId, openOnly, pageSize, pageToken }: ListDisputesRequest,
): Promise<{ disputes: Dispute[]; nextPageToken: string }> {
  const fields = new RequestFields();
  const size = pageSizeIn(fields, pageSize);
  if (paymentId !== '') fields.uuid('payment_id', paymentId);
  fields.refuse();
  const before = seqIn(LIST, pageToken);
  const filter = { ...ownOf(actor), ...(paymentId === '' ? {} : { paymentId }), openOnly };
  // One row more than asked for tells whether another page follows.
  const found = await disputesBefore(db, filter, before, size + 1);
  const disputes = found.slice(0, size);
  const last = found.length > size ? disputes.at(-1) : undefined;
  return { disputes, nextPageToken: last ? tokenOf(LIST, last.openedSeq) : '' };
}

/** Only an operator sees all; whoever is neither it nor an acquirer sees an issuer's. */
function ownOf({ kind, id }: Actor): Pick<DisputeFilter, 'issuerId' | 'partnerId'> {
  if (kind === 'operator') return {};
  return kind === 'partner' ? { partnerId: id } : { issuerId: id };
}
