import type { Database } from '@causeway/db';
import type { GetAgreementRequest, GetAgreementResponse } from '@causeway/proto/acquiring';
import { agreementOf, toAgreement } from './agreement.ts';
import { checkAgreementId } from './check.ts';

/** One agreement of a partner, as it is now. Throws AGREEMENT_UNKNOWN. */
export async function getAgreement(
  db: Database,
  partnerId: string,
  { agreementId }: GetAgreementRequest,
): Promise<GetAgreementResponse> {
  checkAgreementId(agreementId);
  return { agreement: toAgreement(await agreementOf(db, partnerId, agreementId)) };
}
