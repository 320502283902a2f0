import type { Tx } from '@causeway/db';
import {
  AgreementState,
  type EndAgreementRequest,
  type EndAgreementResponse,
} from '@causeway/proto/acquiring';
import { failpoint } from '@causeway/runtime';
import type { Caller } from '../routed.ts';
import { type Agreements, agreementUnknown, toAgreement } from './agreement.ts';
import { checkAgreementId } from './check.ts';
import { type AgreementRow, lockAgreement, updateAgreement } from './store.ts';

/**
 * Ends an agreement, or takes an offer back. One that was signed is ended at its wallet operator
 * first: nothing is recorded here before the operator has answered, and then a charge under it is
 * refused for ever. Throws AGREEMENT_UNKNOWN, DEPENDENCY_UNAVAILABLE.
 */
export async function endAgreement(
  { db, routed }: Pick<Agreements, 'db' | 'routed'>,
  caller: Caller,
  { agreementId }: EndAgreementRequest,
): Promise<EndAgreementResponse> {
  checkAgreementId(agreementId);
  const found = await db.transaction((tx) => endOffer(tx, caller.partnerId, agreementId));
  if (found.state === AgreementState.ENDED || found.issuerId === null) {
    return { agreement: toAgreement(found) };
  }
  const { issuerId } = found;
  await routed.ask('revoke_agreement', caller, (routing, options) =>
    routing.revokeAgreement({ issuerId, agreementId }, options),
  );
  await failpoint('acquiring.agreement.revoked');
  const ended = await db.transaction((tx) => end(tx, agreementId));
  return { agreement: toAgreement(ended) };
}

/** Ends an offer that nobody has signed; what was signed is answered as it is. */
async function endOffer(tx: Tx, partnerId: string, agreementId: string): Promise<AgreementRow> {
  const row = await lockAgreement(tx, agreementId);
  if (row === undefined || row.partnerId !== partnerId) throw agreementUnknown();
  return row.issuerId === null ? ended(tx, row) : row;
}

async function end(tx: Tx, agreementId: string): Promise<AgreementRow> {
  const row = await lockAgreement(tx, agreementId);
  if (row === undefined) throw new Error(`agreement ${agreementId} is gone`);
  return ended(tx, row);
}

async function ended(tx: Tx, row: AgreementRow): Promise<AgreementRow> {
  if (row.state === AgreementState.ENDED) return row;
  return updateAgreement(tx, row.agreementId, { ...row, state: AgreementState.ENDED });
}
