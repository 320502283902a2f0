import type { CreatePaymentRequest } from '@causeway/proto/acquiring';
import type { AgreementPayer } from '@causeway/proto/routing';
import type { Lookup } from '../lookups.ts';
import type { Caller } from '../routed.ts';
import { agreementUnknown } from './agreement.ts';
import type { AgreementRow } from './store.ts';

/**
 * Who pays by the agreement that a payment names; undefined where it names none. Whether the
 * agreement is in force is for its wallet operator to say: what stands here may be older. An
 * operator never changes once one has signed, so that an earlier payment finds its own again.
 * Throws AGREEMENT_UNKNOWN where this merchant has none of that id, or nobody has signed it.
 */
export async function agreementPayer(
  find: Lookup<AgreementRow>,
  { partnerId, deadlineMs }: Caller,
  { agreementId, merchantId }: Pick<CreatePaymentRequest, 'agreementId' | 'merchantId'>,
): Promise<AgreementPayer | undefined> {
  if (agreementId === '') return undefined;
  const row = await find(agreementId, deadlineMs);
  if (row?.partnerId !== partnerId || row.merchantId !== merchantId) {
    throw agreementUnknown('this merchant has no such agreement');
  }
  if (row.issuerId === null) throw agreementUnknown('nobody has signed this agreement');
  return { issuerId: row.issuerId, agreementId };
}
