import type { MerchantCode, SetMerchantCodeActiveRequest } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import { merchantOf } from '../merchants/merchant.ts';
import { CODE_ID_FORM } from '../presented/payload.ts';
import { type Codes, merchantCodeUnknown, toMerchantCode } from './code.ts';
import { updateCodeActive } from './store.ts';

/**
 * Takes a code out of use or back into it, at once on every replica. What was paid by it stays
 * paid, and a confirmation that is repeated is answered. Throws MERCHANT_CODE_UNKNOWN.
 */
export async function setMerchantCodeActive(
  { db }: Codes,
  partnerId: string,
  { codeId, active }: SetMerchantCodeActiveRequest,
): Promise<MerchantCode> {
  const fields = new Fields();
  fields.matches('code_id', codeId, CODE_ID_FORM, 'must be 12 characters of 0-9 and A-Z');
  fields.refuse();
  const code = await updateCodeActive(db, partnerId, codeId, active);
  if (code === undefined) throw merchantCodeUnknown();
  return toMerchantCode(code, await merchantOf(db, partnerId, code.merchantId));
}
