import type { CreateMerchantRequest, Merchant } from '@causeway/proto/acquiring';
import { failpoint, uuidFrom } from '@causeway/runtime';
import type { MerchantEntry } from '../directory/directory.ts';
import { nextChange } from '../directory/store.ts';
import { Fields } from '../fields.ts';
import { assertSame, type Merchants, merchantOf, placesOf, toMerchant } from './merchant.ts';
import { insertMerchant } from './store.ts';

/** What a repeat of the request must say again; `active` is changed by other means. */
const CONTENT = [
  'displayName',
  'countryCode',
  'city',
  'categoryCode',
  'currencyCodes',
] as const satisfies (keyof MerchantEntry)[];

/**
 * Signs up a merchant; the same request id makes the same merchant, as it is now. Throws
 * FIELD_INVALID, CURRENCY_UNKNOWN, IDEMPOTENCY_KEY_REUSED.
 */
export async function createMerchant(
  { db, directory }: Merchants,
  partnerId: string,
  request: CreateMerchantRequest,
): Promise<Merchant> {
  checkMerchant(request);
  const { requestId, ...content } = request;
  const merchantId = uuidFrom('merchant', partnerId, requestId);
  const asked = { ...content, merchantId, partnerId, active: true };
  const stored = await db.transaction(async (tx) => {
    await insertMerchant(tx, { ...asked, change: await nextChange(tx) });
    const merchant = await merchantOf(tx, partnerId, merchantId);
    assertSame(merchant, { ...asked, change: merchant.change }, CONTENT);
    return merchant;
  });
  await failpoint('acquiring.merchant.committed');
  directory.learnMerchant(stored);
  return toMerchant(stored, await placesOf(db, merchantId));
}

/** Judges a merchant by what the request says. Throws FIELD_INVALID, CURRENCY_UNKNOWN. */
export function checkMerchant(request: CreateMerchantRequest): void {
  const fields = new Fields();
  fields.identifier('request_id', request.requestId);
  fields.text('display_name', request.displayName, { max: 64 });
  fields.country('country_code', request.countryCode);
  fields.text('city', request.city, { max: 64 });
  fields.matches('category_code', request.categoryCode, /^\d{4}$/, 'must be four digits');
  checkCurrencies(fields, request.currencyCodes);
  fields.refuse();
}

function checkCurrencies(fields: Fields, codes: readonly string[]): void {
  if (codes.length < 1 || codes.length > 8 || new Set(codes).size < codes.length) {
    fields.wrong('currency_codes', 'must be 1 to 8 different codes');
    return;
  }
  for (const [index, code] of codes.entries()) fields.currency(`currency_codes[${index}]`, code);
}
