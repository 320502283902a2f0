import type { RevokeAgreementRequest, RevokeAgreementResponse } from '@causeway/proto/routing';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import type { Issuers } from '../issuers.ts';

/** What ending an agreement works with. */
export interface RevokeDeps {
  directory: Directory;
  issuers: Pick<Issuers, 'clientOf'>;
}

const RETRY_AFTER_MS = 1_000;

/**
 * Ends an agreement at the wallet operator that keeps it. Only the operator knows agreements, so
 * nothing is recorded here and the call is simply made again where it failed. Throws
 * DEPENDENCY_UNAVAILABLE: a typed refusal too says only that the call went wrong, since ending an
 * agreement is never refused.
 *
 * @param deadlineMs epoch milliseconds after which nobody waits
 */
export async function revokeAgreement(
  { directory, issuers }: RevokeDeps,
  { issuerId, agreementId }: RevokeAgreementRequest,
  deadlineMs: number,
): Promise<RevokeAgreementResponse> {
  if (!directory.view.issuers.has(issuerId)) {
    throw refuse('DEPENDENCY_UNAVAILABLE', `no wallet operator ${issuerId} is entered here`);
  }
  try {
    await issuers.clientOf(issuerId).revokeAgreement({ agreementId }, { deadlineMs });
    return {};
  } catch (cause) {
    const message = 'the wallet operator has not answered: repeat the same call';
    throw refuse('DEPENDENCY_UNAVAILABLE', message, { cause, retryAfterMs: RETRY_AFTER_MS });
  }
}
