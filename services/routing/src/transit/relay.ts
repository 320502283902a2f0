import type {
  GetTransitTrustRequest,
  GetTransitTrustResponse,
  ReportTransitMisuseRequest,
} from '@causeway/proto/routing';
import { Refusal } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import type { IssuerClient, Issuers } from '../issuers.ts';

/** What carries questions about transit grants to wallet operators. */
export interface RelayDeps {
  directory: Directory;
  issuers: Pick<Issuers, 'clientOf'>;
}

const RETRY_AFTER_MS = 1_000;

/** What gates must know of a wallet operator. Throws ISSUER_UNKNOWN, DEPENDENCY_UNAVAILABLE. */
export async function transitTrust(
  deps: RelayDeps,
  { issuerId, knownVersion }: GetTransitTrustRequest,
  deadlineMs: number,
): Promise<GetTransitTrustResponse> {
  const trust = await asked(deps, issuerId, (issuer) =>
    issuer.getTransitTrust({ knownVersion }, { deadlineMs }),
  );
  return { trust };
}

/** Tells a wallet operator of a misused grant. Throws ISSUER_UNKNOWN, DEPENDENCY_UNAVAILABLE. */
export async function reportMisuse(
  deps: RelayDeps,
  { issuerId, grantId, misuse }: ReportTransitMisuseRequest,
  deadlineMs: number,
): Promise<Record<string, never>> {
  await asked(deps, issuerId, (issuer) =>
    issuer.reportTransitMisuse({ grantId, misuse }, { deadlineMs }),
  );
  return {};
}

/** Only reads, or repeats what changes nothing, so that whoever got no answer simply asks again. */
async function asked<Answer>(
  { directory, issuers }: RelayDeps,
  issuerId: string,
  ask: (issuer: IssuerClient) => Promise<Answer>,
): Promise<Answer> {
  if (!directory.view.issuers.has(issuerId)) {
    throw refuse('ISSUER_UNKNOWN', `no wallet operator ${issuerId} is entered here`);
  }
  try {
    return await ask(issuers.clientOf(issuerId));
  } catch (cause) {
    const reason = cause instanceof Refusal ? cause.reason : '';
    throw refuse('DEPENDENCY_UNAVAILABLE', 'the wallet operator has not answered', {
      ...{ cause, retryAfterMs: RETRY_AFTER_MS, metadata: { reason } },
    });
  }
}
