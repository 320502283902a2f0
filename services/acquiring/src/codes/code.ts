import { createHash } from 'node:crypto';
import type { Database } from '@causeway/db';
import type { MerchantCode } from '@causeway/proto/acquiring';
import type { MerchantReference } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import type { MerchantEntry, Place } from '../directory/directory.ts';
import { payloadOf } from '../presented/payload.ts';
import type { CodeRow } from './store.ts';

/** What the operations on merchants' codes work with. */
export interface Codes {
  db: Database;
}

const ID_LENGTH = 12;
const ID_SPACE = 36n ** BigInt(ID_LENGTH);

/**
 * The id of the code that a request makes, 12 characters of 0-9 and A-Z: 62 bits of a hash, so that
 * the same request makes the same code and two requests never meet in practice. If they did, the
 * second would be refused as a key that was reused.
 */
export function codeIdOf(merchantId: string, requestId: string): string {
  const named = `merchant_code:${merchantId}:${requestId}`;
  const number = createHash('sha256').update(named).digest().readBigUInt64BE();
  return (number % ID_SPACE).toString(36).toUpperCase().padStart(ID_LENGTH, '0');
}

/** What payments name of a merchant and a place in it. */
export function referenceAt(
  merchant: MerchantEntry,
  { storeId, terminalId }: Pick<Place, 'storeId' | 'terminalId'>,
): MerchantReference {
  const { merchantId, displayName, countryCode, city, categoryCode } = merchant;
  return { merchantId, storeId, terminalId, displayName, countryCode, city, categoryCode };
}

/** The code as partners see it, with its payload. */
export function toMerchantCode(code: CodeRow, merchant: MerchantEntry): MerchantCode {
  const { codeId, merchantId, storeId, terminalId, currencyCode, amountMinor } = code;
  const { active, askTip } = code;
  const payeeAmount = amountMinor === null ? undefined : { currencyCode, amountMinor };
  const qrPayload = payloadOf(
    { kind: 'merchant_code', codeId },
    {
      merchant: referenceAt(merchant, code),
      ...{ currencyCode, askTip, amountMinor: amountMinor ?? undefined },
    },
  );
  return {
    ...{ codeId, merchantId, storeId, terminalId, currencyCode, payeeAmount, qrPayload },
    ...{ active, askTip },
  };
}

/** The refusal for a code that the partner does not have. */
export function merchantCodeUnknown(): Refusal {
  return new Refusal('MERCHANT_CODE_UNKNOWN', 'this partner has no such code');
}
