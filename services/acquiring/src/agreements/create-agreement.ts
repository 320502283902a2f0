import type { CreateAgreementRequest, CreateAgreementResponse } from '@causeway/proto/acquiring';
import { failpoint, uuidFrom } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import { assertSame, merchantOf } from '../merchants/merchant.ts';
import { type Agreements, agreementOf, toAgreement } from './agreement.ts';
import { insertOffer, type Offer } from './store.ts';

const DEFAULT_TTL_SECONDS = 3_600;
const MIN_TTL_SECONDS = 60;
const MAX_TTL_SECONDS = 86_400;

/** What a repeat of the request must say again. */
const CONTENT = ['merchantId', 'description', 'ttlSeconds'] as const satisfies (keyof Offer)[];

/**
 * Offers an agreement; the same request id makes the same offer, and answers what has become of
 * it. Throws MERCHANT_UNKNOWN, FIELD_INVALID, IDEMPOTENCY_KEY_REUSED.
 */
export async function createAgreement(
  { db, links }: Pick<Agreements, 'db' | 'links'>,
  partnerId: string,
  request: CreateAgreementRequest,
): Promise<CreateAgreementResponse> {
  checkOffer(request);
  const { requestId, merchantId, description } = request;
  const agreementId = uuidFrom('agreement', partnerId, requestId);
  const ttlSeconds = request.ttlSeconds === 0 ? DEFAULT_TTL_SECONDS : request.ttlSeconds;
  const asked: Offer = { agreementId, partnerId, merchantId, description, ttlSeconds };
  const row = await db.transaction(async (tx) => {
    await merchantOf(tx, partnerId, merchantId);
    await insertOffer(tx, asked);
    const stored = await agreementOf(tx, partnerId, agreementId);
    assertSame<Offer>(stored, asked, CONTENT);
    return stored;
  });
  await failpoint('acquiring.agreement.offered');
  return { agreement: toAgreement(row), link: links.toAgreement(agreementId) };
}

function checkOffer(request: CreateAgreementRequest): void {
  const { requestId, merchantId, description, ttlSeconds } = request;
  const fields = new Fields();
  fields.identifier('request_id', requestId);
  fields.uuid('merchant_id', merchantId);
  fields.text('description', description, { max: 256 });
  if (ttlSeconds !== 0) fields.within('ttl_seconds', ttlSeconds, MIN_TTL_SECONDS, MAX_TTL_SECONDS);
  fields.refuse();
}
